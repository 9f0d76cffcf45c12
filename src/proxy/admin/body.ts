/** The bodies of requests: a small JSON value, or a build context that streams. */
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { FaasoError } from '../../errors.ts';
import { Refusal } from './refusal.ts';
import { hasBody } from './reply.ts';

/** The largest JSON body, in bytes. */
const MOST_JSON_BYTES = 64 * 1024;

/**
 * The JSON value of the body; an empty object if there is none.
 * Throws `bad_request` (415 for another type), `too_large`.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!hasBody(request)) return {};
  checkType(request, 'application/json');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_JSON_BYTES) throw tooLarge('body', MOST_JSON_BYTES);
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    throw new FaasoError('bad_request', 'The body is no valid JSON.', { cause: error });
  }
}

/**
 * The body as a stream of its own: when that is destroyed the connection still carries the answer, and the rest of
 * the body is read and thrown away. Whoever hears that the client has gone destroys it.
 * Throws `bad_request` (415 for another type or a compressed body), `too_large` for one that says so itself.
 */
export function contextBody(request: IncomingMessage, maxBytes: number): Readable {
  checkType(request, 'application/x-tar');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge('build context', maxBytes);
  const body = new PassThrough();
  body.on('error', () => undefined);
  body.once('close', () => {
    request.unpipe(body);
    request.resume();
  });
  request.pipe(body);
  return body;
}

function checkType({ headers }: IncomingMessage, wanted: string): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (type !== wanted) throw unsupported(`The content type is "${type ?? ''}"; it must be ${wanted}.`);
  if (encoding !== 'identity') throw unsupported(`The body is encoded as "${encoding}"; send it as it is.`);
}

function unsupported(message: string): Refusal {
  return new Refusal('bad_request', message, { status: 415 });
}

function tooLarge(what: string, maxBytes: number): FaasoError {
  return new FaasoError('too_large', `The ${what} is larger than ${maxBytes} bytes, the most that is taken.`);
}
