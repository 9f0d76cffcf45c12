/** gRPC, as much of it as BuildKit needs: calls with one message there and any number back, over HTTP/2. */
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';

/** The head of each answer; how it ended is in the trailers. */
export const GRPC_ANSWER = { ':status': 200, 'content-type': 'application/grpc' } as const;
/** Compressed or not, and four bytes of length. */
const HEAD_BYTES = 5;
/** BuildKit puts up to 1 MiB of a step's log into one message, sometimes a little more. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;

/** A call that ended with another status than 0, https://grpc.io/docs/guides/status-codes/. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  /** -1: the connection broke. */
  readonly status: number;
  /** A `google.rpc.Status`, if there is one. */
  readonly details: Buffer | undefined;

  constructor(status: number, message: string, details?: Buffer) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** A message with its head. */
export function frame(message: Uint8Array): Buffer {
  return Buffer.concat([frameHead(message.length), message]);
}

/** The head of a message of `length` bytes. */
export function frameHead(length: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(length, 1);
  return head;
}

/** Messages out of bytes that come in pieces. */
export class GrpcFrames {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** How many bytes there must be for the next step: those of a head, or of all of a message. */
  #wanted = HEAD_BYTES;

  /** Takes the next bytes, gives the messages that are complete. Throws GrpcError for one that is too long. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: Buffer[] = [];
    while (this.#bytes >= this.#wanted) {
      const message = this.#take();
      if (message) messages.push(message);
    }
    return messages;
  }

  /** Joined only when something is whole: a long message comes in many chunks. */
  #take(): Buffer | undefined {
    const all = Buffer.concat(this.#chunks);
    const end = HEAD_BYTES + all.readUInt32BE(1);
    if (end > LONGEST_MESSAGE) throw new GrpcError(-1, `a message of ${end} bytes is too long`);
    const whole = all.length >= end;
    const rest = whole ? all.subarray(end) : all;
    this.#chunks = [rest];
    this.#bytes = rest.length;
    this.#wanted = whole ? HEAD_BYTES : end;
    return whole ? all.subarray(HEAD_BYTES, end) : undefined;
  }
}

export interface GrpcCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly message: Uint8Array;
  readonly onMessage: (message: Buffer) => void;
  /** Aborting cancels the call on the other side. */
  readonly signal?: AbortSignal;
}

/** Makes a call and resolves when it has ended. Throws GrpcError, and what `onMessage` throws. */
export async function call(
  session: ClientHttp2Session,
  { path, message, onMessage, signal }: GrpcCall,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const stream = session.request(
    { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
    signal ? { signal } : {},
  );
  const frames = new GrpcFrames();
  let ended: IncomingHttpHeaders = {};
  const take = (headers: IncomingHttpHeaders): void => void (ended = { ...ended, ...headers });
  stream.on('response', take).on('trailers', take);
  stream.on('data', (chunk: Buffer) => {
    try {
      frames.push(chunk).forEach(onMessage);
    } catch (error) {
      reject(error);
      stream.destroy();
    }
  });
  stream.on('error', (error: Error) => reject(new GrpcError(-1, error.message)));
  stream.on('close', () => {
    const failure = failureOf(ended);
    if (failure) reject(failure);
    else resolve(undefined);
  });
  stream.end(frame(message));
  await promise;
}

function failureOf(ended: IncomingHttpHeaders): GrpcError | undefined {
  const status = ended['grpc-status'];
  if (status === '0') return undefined;
  if (typeof status !== 'string') return new GrpcError(-1, 'the connection ended before the answer did');
  const details = ended['grpc-status-details-bin'];
  const bytes = typeof details === 'string' ? Buffer.from(details, 'base64') : undefined;
  return new GrpcError(Number(status), decoded(ended['grpc-message']), bytes);
}

/** Messages are percent-encoded UTF-8. */
function decoded(message: string | string[] | undefined): string {
  const text = typeof message === 'string' ? message : '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
