/** Funkos on a server, through its admin API (docs/admin-api.md). */
import type { Readable } from 'node:stream';
import { request as ask } from 'undici';
import { FaasoError, messageOf, systemCodeOf } from '../errors.ts';
import type {
  BuildRequest,
  BuildResult,
  BuildingEvent,
  DiskUse,
  DownResult,
  FunkoStatus,
  Funkos,
  PruneRequest,
  PruneResult,
  LogLine,
  LogsRequest,
  LogsResult,
  RemoveResult,
  RollbackRequest,
  ScaleRequest,
  ScaleResult,
  SplitRequest,
  SplitResult,
  UpEvent,
  UpRequest,
  UpResult,
  Where,
} from './funkos.ts';
import { endedEarly, resultOf, valueOf, type Answer } from './server-answer.ts';

export interface ServerFunkosOptions {
  /** Without a slash at the end, e.g. `http://localhost:8888`. */
  readonly url: string;
  readonly token: string;
}

interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/admin`, e.g. `/funkos`. */
  readonly path: string;
  readonly body?: string | Readable;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

/** System and undici codes for "there is nobody". */
const NOBODY = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'ENOENT'],
]);

export class ServerFunkos implements Funkos {
  readonly #url: string;
  readonly #token: string;

  constructor({ url, token }: ServerFunkosOptions) {
    this.#url = url;
    this.#token = token;
  }

  async where(signal?: AbortSignal): Promise<Where> {
    return (await this.#ask({ method: 'GET', path: '/version', signal }, having('faaso'))) as Where;
  }

  async list(signal?: AbortSignal): Promise<FunkoStatus[]> {
    const answer = await this.#ask({ method: 'GET', path: '/funkos', signal }, having('funkos'));
    return (answer as { readonly funkos: FunkoStatus[] }).funkos;
  }

  async show(name: string, signal?: AbortSignal): Promise<FunkoStatus> {
    return (await this.#ask(
      { method: 'GET', path: pathOf(name), signal },
      having('instances'),
    )) as FunkoStatus;
  }

  async build(
    request: BuildRequest,
    onEvent: (event: BuildingEvent) => void,
    signal?: AbortSignal,
  ): Promise<BuildResult> {
    const { context } = request;
    const path = `${pathOf(request.manifest.name)}/versions?${buildQuery(request).toString()}`;
    const call: Call = { method: 'POST', path, body: context, contentType: 'application/x-tar', signal };
    // undici tells of a context that breaks: the call fails with the context's own error.
    context.on('error', () => undefined);
    try {
      return (await this.#do(call, onEvent)) as BuildResult;
    } finally {
      context.destroy();
    }
  }

  async up(
    { name, ...body }: UpRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult> {
    return (await this.#do(posting(`${pathOf(name)}/up`, body, signal), onEvent)) as UpResult;
  }

  async rollback(
    { name, ...body }: RollbackRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult> {
    return (await this.#do(posting(`${pathOf(name)}/rollback`, body, signal), onEvent)) as UpResult;
  }

  async scale(
    { name, ...body }: ScaleRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<ScaleResult> {
    const path = `${pathOf(name)}/scale`;
    if (body.count === undefined)
      return (await this.#ask({ method: 'GET', path, signal }, having('scale'))) as ScaleResult;
    return (await this.#do(posting(path, body, signal), onEvent)) as ScaleResult;
  }

  async split(
    { name, ...body }: SplitRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<SplitResult> {
    const path = `${pathOf(name)}/split`;
    if (body.weights === undefined)
      return (await this.#ask({ method: 'GET', path, signal }, having('split'))) as SplitResult;
    return (await this.#do(posting(path, body, signal), onEvent)) as SplitResult;
  }

  async logs(
    { name, ...query }: LogsRequest,
    onLine: (line: LogLine) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<LogsResult> {
    const asked = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) asked.set(key, String(value));
    const path = `${pathOf(name)}/logs?${asked.toString()}`;
    return (await this.#do({ method: 'GET', path, signal }, onLine)) as LogsResult;
  }

  async disk(signal?: AbortSignal): Promise<DiskUse> {
    return (await this.#ask({ method: 'GET', path: '/disk', signal }, having('cacheBytes'))) as DiskUse;
  }

  async down(name: string, signal?: AbortSignal): Promise<DownResult> {
    return (await this.#do({ method: 'POST', path: `${pathOf(name)}/down`, signal })) as DownResult;
  }

  async remove(name: string, signal?: AbortSignal): Promise<RemoveResult> {
    return (await this.#do({ method: 'DELETE', path: pathOf(name), signal })) as RemoveResult;
  }

  async prune(request: PruneRequest, signal?: AbortSignal): Promise<PruneResult> {
    return (await this.#do(posting('/prune', request, signal))) as PruneResult;
  }

  /** A call that answers with progress and a result. */
  async #do(call: Call, onEvent: (event: never) => void | Promise<void> = () => undefined): Promise<unknown> {
    return this.#ask(call, async (answer) =>
      resultOf(answer, onEvent as (event: unknown) => void | Promise<void>),
    );
  }

  async #ask(call: Call, read: (answer: Answer) => Promise<unknown>): Promise<unknown> {
    let answer: Answer | undefined;
    try {
      answer = await this.#send(call);
      return await read(answer);
    } catch (error) {
      throw this.#explain(error, call.signal, answer !== undefined);
    }
  }

  async #send({ method, path, body, contentType, signal }: Call): Promise<Answer> {
    const answer = await ask(`${this.#url}/admin${path}`, {
      method,
      body: body ?? null,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      signal: signal ?? null,
      // A step of a build can be silent for as long as it likes.
      bodyTimeout: 0,
    });
    const type = answer.headers['content-type'];
    const last = Array.isArray(type) ? type.at(-1) : type;
    return { url: this.#url, status: answer.statusCode, contentType: last ?? '', body: answer.body };
  }

  #explain(error: unknown, signal: AbortSignal | undefined, answered: boolean): unknown {
    if (signal?.aborted) return new FaasoError('cancelled', 'cancelled', { cause: error });
    if (error instanceof FaasoError) return error;
    if (answered) return endedEarly(this.#url, error);
    const code = systemCodeOf(error) ?? '';
    if (NOBODY.has(code)) return this.#unreachable(code, error);
    const message = `Talking to ${this.#url} failed: ${messageOf(error)}. Is that a FaaSO server?`;
    return new FaasoError('server_failed', message, { cause: error });
  }

  #unreachable(code: string, cause: unknown): FaasoError {
    const mend = 'Start it there with "docker compose up -d", or set FAASO_SERVER to another one.';
    return new FaasoError('server_unreachable', `No server answers at ${this.#url} (${code}). ${mend}`, {
      cause,
    });
  }
}

function buildQuery({ health, content, buildArgs = {}, ...wishes }: BuildRequest): URLSearchParams {
  const query = new URLSearchParams({ health, ...(content === undefined ? {} : { content }) });
  for (const wish of ['force', 'noCache', 'pull'] as const)
    if (wishes[wish] === true) query.set(wish, 'true');
  for (const [name, value] of Object.entries(buildArgs)) query.append('buildArg', `${name}=${value}`);
  return query;
}

function pathOf(name: string): string {
  return `/funkos/${encodeURIComponent(name)}`;
}

function posting(path: string, value: object, signal: AbortSignal | undefined): Call {
  const body = JSON.stringify(value);
  return { method: 'POST', path, body, contentType: 'application/json', signal };
}

function having(key: string): (answer: Answer) => Promise<unknown> {
  return async (answer) => valueOf(answer, key);
}
