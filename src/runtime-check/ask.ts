/** Asks a funko one thing, over a connection of its own. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ContractExchange } from './contract.ts';
import type { ContractAnswer } from './expectation.ts';

const ANSWER_WITHIN_MS = 30_000;

/** A request that was sent. Its answer's body is not read before `finish`. */
export interface OpenRequest {
  /** Resolves when the answer has begun. */
  readonly begun: Promise<unknown>;
  /** Reads the answer to its end. Rejects if it breaks off or takes longer than 30 s. */
  finish(): Promise<ContractAnswer>;
}

/** Sends a request to a port of 127.0.0.1. */
export function openRequest(port: number, exchange: ContractExchange): OpenRequest {
  const begun = send(port, exchange);
  begun.catch(() => undefined);
  return { begun, finish: async () => answerOf(await begun) };
}

/** Sends a request and reads the whole answer. */
export async function ask(port: number, exchange: ContractExchange): Promise<ContractAnswer> {
  return openRequest(port, exchange).finish();
}

async function send(port: number, { request, headers, body }: ContractExchange): Promise<IncomingMessage> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const isText = body === undefined || typeof body === 'string';
  const bytes = body === undefined ? undefined : Buffer.from(isText ? body : JSON.stringify(body));
  const kind = isText ? {} : { 'content-type': 'application/json' };
  const length = bytes ? { 'content-length': bytes.length } : {};
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent: false,
    headers: { ...kind, ...length, ...headers },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  sent.once('response', resolve);
  sent.on('error', reject);
  sent.end(bytes);
  return promise;
}

async function answerOf(response: IncomingMessage): Promise<ContractAnswer> {
  const body = await text(response);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}
