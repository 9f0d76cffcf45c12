/**
 * One GET to the engine, answered in JSON: for the call that is made for every container, where what dockerode does
 * around a request costs more than the request.
 */
import type { Agent, IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { systemCodeOf } from '../../errors.ts';
import { request } from '../../util/http.ts';
import { bytesOf, refusalOf } from './answer.ts';
import type { CallBounds } from './bounded.ts';

const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

export interface GetTarget {
  readonly socketPath: string;
  readonly agent: Agent;
}

/** The answer's document. Throws what the system says, TooLong, and for an answer that is no success its status and message. */
export async function getJson(
  place: GetTarget,
  path: string,
  { signal, mostBytes }: CallBounds,
): Promise<unknown> {
  const answer = await ask(place, path, signal);
  addAbortSignal(signal, answer);
  if (answer.statusCode !== 200) throw await refusalOf(answer, mostBytes);
  return JSON.parse((await bytesOf(answer, mostBytes)).toString('utf8')) as unknown;
}

/** Asks again where the engine had closed a kept connection before the question came (RFC 9112, section 9.3.1). */
async function ask(place: GetTarget, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request({ ...place, path, signal }, resolve);
  asked.once('error', (error) => {
    const wasClosed = asked.reusedSocket && CLOSED.has(systemCodeOf(error) ?? '');
    if (wasClosed && !signal.aborted) resolve(ask(place, path, signal));
    else reject(error);
  });
  asked.end();
  return promise;
}
