/**
 * One GET to the engine, answered in JSON: for the call that is made for every container, where what dockerode does
 * around a request costs more than the request.
 */
import type { Agent, IncomingMessage } from 'node:http';
import { systemCodeOf } from '../../errors.ts';
import { request } from '../../util/http.ts';

const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

export interface GetTarget {
  readonly socketPath: string;
  readonly agent: Agent;
}

/** An answer that is no success, in the form in which dockerode gives it. */
class Refused extends Error {
  readonly statusCode: number;
  readonly json: unknown;

  constructor(statusCode: number, text: string) {
    super(text);
    this.statusCode = statusCode;
    this.json = parsed(text);
  }
}

/** The answer's document. Throws what the system says, and for an answer that is no success its status and message. */
export async function getJson(place: GetTarget, path: string, signal: AbortSignal): Promise<unknown> {
  const answer = await ask(place, path, signal);
  const text = await textOf(answer);
  if (answer.statusCode === 200) return JSON.parse(text) as unknown;
  throw new Refused(answer.statusCode ?? 0, text);
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

async function textOf(answer: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
  });
  answer.once('end', () => {
    resolve(Buffer.concat(chunks).toString('utf8'));
  });
  answer.once('error', reject);
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
