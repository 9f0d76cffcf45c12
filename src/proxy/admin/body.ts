/** The bodies of requests: a small JSON value, or a build context that streams. */
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { FaasoError } from '../../errors.ts';
import { ndjson } from '../../util/ndjson.ts';
import { watchPace } from './pace.ts';
import { AdminRefusal } from './refusal.ts';
import { hasBody } from './reply.ts';

/** The largest JSON body, in bytes. */
const MOST_JSON_BYTES = 64 * 1024;
const GZIP_TYPES = new Set(['application/gzip', 'application/x-gzip']);
const GZIP_ENCODINGS = new Set(['gzip', 'x-gzip']);

/**
 * The JSON value of the body; an empty object if there is none.
 * Throws `bad_request` (415 for another type), `too_large`.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!hasBody(request)) return {};
  checkType(request, 'application/json');
  const body = await wholeBody(request, MOST_JSON_BYTES);
  if (body.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new FaasoError('bad_request', 'The body is not valid JSON.', { cause: error });
  }
}

/** The body's bytes, as they are. Throws `bad_request` (415 for another type or a compressed body), `too_large`. */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (!hasBody(request)) return Buffer.alloc(0);
  checkType(request, 'application/octet-stream');
  return wholeBody(request, maxBytes);
}

/**
 * The JSON objects in the body's lines, as they come. Throws `bad_request` (415 for another type), also while they are read;
 * what is in a broken line is not told.
 */
export function linesOf(request: IncomingMessage): AsyncGenerator<unknown, undefined> {
  checkType(request, 'application/x-ndjson');
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  return ndjson(
    chunks,
    () => new FaasoError('bad_request', 'A line of the body is not a JSON object, or is too long.'),
  );
}

export interface ContextBody {
  readonly stream: Readable;
  /** Whether the stream is compressed. */
  readonly gzip: boolean;
}

/**
 * The body as a stream of its own: when that is destroyed the connection still carries the answer, and the rest of
 * the body is read and thrown away. The listener for a closed client destroys it. It fails with 408 if it comes too
 * slowly.
 * @param limits `preamble`: how many bytes come before the tar
 * Throws `bad_request` (415 for another type or encoding), `too_large` for one that says so itself.
 */
export function contextBody(
  request: IncomingMessage,
  limits: { maxBytes: number; paceMs?: number | undefined; preamble?: number },
): ContextBody {
  const gzip = isCompressed(request);
  const { maxBytes, paceMs, preamble = 0 } = limits;
  if (preamble > 0) checkUnencoded(request);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge('build context', maxBytes);
  const stream = new PassThrough();
  stream.on('error', () => undefined);
  stream.once('close', () => {
    request.unpipe(stream);
    request.resume();
  });
  request.pipe(stream);
  watchPace(request, stream, paceMs);
  return { stream, gzip };
}

/**
 * The first bytes of a stream; what follows is still to be read from it. Throws `bad_context` if it ends before, and the stream's own error.
 */
export async function takeBytes(stream: Readable, count: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const cut = (): void =>
    reject(new FaasoError('bad_context', 'The body ended before its preamble was complete.'));
  const chunks: Buffer[] = [];
  let bytes = 0;
  const take = (): void => {
    for (let chunk = next(stream); chunk !== null; chunk = next(stream)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes < count) continue;
      // At once: the next bytes are not for us.
      stream.off('readable', take);
      const all = Buffer.concat(chunks);
      if (bytes > count) stream.unshift(all.subarray(count));
      resolve(all.subarray(0, count));
      return;
    }
  };
  stream.on('readable', take).on('error', reject).on('end', cut).on('close', cut);
  if (stream.destroyed) cut();
  return promise.finally(() => {
    stream.off('readable', take).off('error', reject).off('end', cut).off('close', cut);
  });
}

function next(stream: Readable): Buffer | null {
  return stream.read() as Buffer | null;
}

/** A tar, or one that is compressed: by its type or by its encoding, not by both. */
function isCompressed({ headers }: IncomingMessage): boolean {
  const { type, encoding } = typeOf(headers);
  const byType = GZIP_TYPES.has(type);
  const byEncoding = GZIP_ENCODINGS.has(encoding);
  if (!byType && type !== 'application/x-tar')
    throw unsupported(`The content type is "${type}"; it must be application/x-tar or application/gzip.`);
  if (encoding !== 'identity' && (byType || !byEncoding))
    throw unsupported(`The body is encoded as "${encoding}"; send a tar as it is or as one gzip.`);
  return byType || byEncoding;
}

/** Only the tar behind a preamble can be compressed. Throws 415. */
function checkUnencoded({ headers }: IncomingMessage): void {
  const { encoding } = typeOf(headers);
  if (encoding === 'identity') return;
  throw unsupported(
    `The body has a preamble and is encoded as "${encoding}"; send the preamble as it is and compress only the tar, with "Content-Type: application/gzip".`,
  );
}

async function wholeBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge('body', maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function checkType({ headers }: IncomingMessage, wanted: string): void {
  const { type, encoding } = typeOf(headers);
  if (type !== wanted) throw unsupported(`The content type is "${type}"; it must be ${wanted}.`);
  if (encoding !== 'identity') throw unsupported(`The body is encoded as "${encoding}"; send it as it is.`);
}

function typeOf(headers: IncomingMessage['headers']): { type: string; encoding: string } {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return { type, encoding: headers['content-encoding']?.trim().toLowerCase() ?? 'identity' };
}

function unsupported(message: string): AdminRefusal {
  return new AdminRefusal('bad_request', message, { status: 415 });
}

function tooLarge(what: string, maxBytes: number): FaasoError {
  return new FaasoError('too_large', `The ${what} is larger than ${maxBytes} bytes, the most that is taken.`);
}
