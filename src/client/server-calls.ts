/** Calls to the admin API of a server, and what can go wrong on the way (docs/admin-api.md). */
import type { Readable } from 'node:stream';
import { FaasoError, messageOf, systemCodeOf } from '../errors.ts';
import { httpRequest } from './http-request.ts';
import { endedEarly, resultOf, valueOf, type ServerAnswer } from './server-answer.ts';

export interface ServerOptions {
  /** Without a slash at the end, e.g. `http://localhost:8888`. */
  readonly url: string;
  readonly token: string;
  /** What fixes a token that is refused; if absent, to log in. */
  readonly tokenMend?: string;
}

export interface ServerCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/admin`, e.g. `/funkos`. */
  readonly path: string;
  readonly body?: string | Readable | Uint8Array;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

/** That an answer begins; a step of a build can be silent for as long as it likes. */
const ANSWER_WITHIN_MS = 300_000;

/** What is to be done where the server was not found at all. */
const ADDRESS = 'No host has this name: check the address';
const NETWORK = 'Check the address, the network and the firewalls between';
const FIXES: ReadonlyMap<string, string> = new Map([
  ...['ENOTFOUND', 'EAI_AGAIN'].map((code) => [code, ADDRESS] as const),
  ...['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].map((code) => [code, NETWORK] as const),
]);
/** The system's codes for "there is nobody". */
const NOBODY = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'],
  'ENOENT',
]);

/** The codes of OpenSSL for a certificate that nobody vouches for, of this name and at this time. */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CERT_.*|ERR_TLS_CERT_ALTNAME_INVALID)$/;

export class ServerCalls {
  readonly url: string;
  readonly token: string;
  readonly #tokenMend: string;

  constructor({ url, token, tokenMend }: ServerOptions) {
    this.url = url;
    this.token = token;
    this.#tokenMend = tokenMend ?? `Get its token with: faaso login ${url}`;
  }

  /** A call that answers with progress and a result. */
  async do(
    call: ServerCall,
    onEvent: (event: never) => void | Promise<void> = () => undefined,
  ): Promise<unknown> {
    return this.ask(call, async (answer) =>
      resultOf(answer, onEvent as (event: unknown) => void | Promise<void>),
    );
  }

  /** A call whose answer is read by `read`. */
  async ask(call: ServerCall, read: (answer: ServerAnswer) => Promise<unknown>): Promise<unknown> {
    let answer: ServerAnswer | undefined;
    try {
      answer = await this.#send(call);
      return await read(answer);
    } catch (error) {
      throw this.#explain(error, call.signal, answer !== undefined);
    }
  }

  async #send({ method, path, body, contentType, signal }: ServerCall): Promise<ServerAnswer> {
    const answer = await httpRequest(`${this.url}/admin${path}`, {
      method,
      body,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      signal,
      answerWithinMs: ANSWER_WITHIN_MS,
    });
    const type = answer.headers['content-type'] ?? '';
    const [url, tokenMend] = [this.url, this.#tokenMend];
    return { url, tokenMend, status: answer.statusCode ?? 0, contentType: type, body: answer };
  }

  #explain(error: unknown, signal: AbortSignal | undefined, answered: boolean): unknown {
    if (signal?.aborted) return new FaasoError('cancelled', 'cancelled', { cause: error });
    if (error instanceof FaasoError) return error;
    if (answered) return endedEarly(this.url, error);
    const code = systemCodeOf(error) ?? '';
    if (NOBODY.has(code)) return this.#unreachable(code, error);
    if (UNTRUSTED.test(code)) return this.#untrusted(error);
    const message = `Talking to ${this.url} failed: ${messageOf(error)}. Is that a FaaSO server?`;
    return new FaasoError('server_failed', message, { cause: error });
  }

  #untrusted(cause: unknown): FaasoError {
    const fix =
      'If it is one of your own, name the file that vouches for it: NODE_EXTRA_CA_CERTS=/path/to/ca.pem';
    const message = `The certificate of ${this.url} is not trusted: ${messageOf(cause).replace(/;.*/s, '')}. ${fix}`;
    return new FaasoError('server_unreachable', message, { cause });
  }

  #unreachable(code: string, cause: unknown): FaasoError {
    const fix = FIXES.get(code) ?? 'Start it there with "docker compose up -d"';
    const message = `No server answers at ${this.url} (${code}). ${fix}, or set FAASO_SERVER to another one.`;
    return new FaasoError('server_unreachable', message, {
      cause,
    });
  }
}

/** A funko's path. */
export function pathOf(name: string): string {
  return `/funkos/${encodeURIComponent(name)}`;
}

/** A call with a JSON value. */
export function posting(path: string, value: object, signal: AbortSignal | undefined): ServerCall {
  const body = JSON.stringify(value);
  return { method: 'POST', path, body, contentType: 'application/json', signal };
}

/** Reads a JSON value that has a key. */
export function having(key: string): (answer: ServerAnswer) => Promise<unknown> {
  return async (answer) => valueOf(answer, key);
}
