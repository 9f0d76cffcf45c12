/** One HTTP request of a client. With Node's own client: undici takes 30 ms longer to load and to ask once (docs/performance.md). */
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { request, secure } from '../util/http.ts';

export interface HttpRequest {
  readonly method: string;
  /** A name that comes twice has a list. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array | Readable | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long the answer may take to begin when the whole request was sent, in ms; as long as it likes if absent. */
  readonly answerWithinMs?: number;
  /** Is given the request before anything of it is sent. */
  readonly onStart?: (request: ClientRequest) => void;
}

const CONNECT_WITHIN_MS = 10_000;

/**
 * Sends a request and gives the answer when its head is there; its body comes as it is read. An answer may begin, and end, while the
 * request is still being sent: what is left of it is not sent then. Throws the system's errors, the body's own, and the signal's reason,
 * also while the answer is read.
 */
export async function httpRequest(url: string, options: HttpRequest): Promise<IncomingMessage> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = start(new URL(url), options);
  options.onStart?.(sent);
  let answer: IncomingMessage | undefined;
  const fail = (reason: Error): void => {
    answer?.destroy(reason);
    sent.destroy(reason);
  };
  const abort = (): void => fail(signal?.reason as Error);
  signal?.addEventListener('abort', abort);
  sent.once('close', () => {
    signal?.removeEventListener('abort', abort);
    reject(new Error('the connection was closed without an answer'));
  });
  sent.on('error', reject);
  sent.once('response', (message) => {
    answer = message;
    message.once('end', () => {
      if (!sent.writableFinished) sent.destroy();
    });
    resolve(message);
  });
  limit(sent, options);
  // A connection that the server closed breaks the body too: that is no failure of the body's, and what is there of the answer holds.
  const broken = (error: Error): void => {
    if (!sent.destroyed) fail(error);
  };
  if (isStream(options.body))
    pipeline(options.body.once('error', broken), sent, (error) => error && reject(error));
  else sent.end(options.body);
  return promise;
}

function start(url: URL, { method, headers, body }: HttpRequest): ClientRequest {
  const length = typeof body === 'string' || body instanceof Uint8Array ? Buffer.byteLength(body) : undefined;
  const options: RequestOptions = {
    method,
    headers: { ...(length === undefined ? {} : { 'content-length': length }), ...headers },
  };
  return url.protocol === 'https:' ? secure().request(url, options) : request(url, options);
}

function isStream(body: HttpRequest['body']): body is Readable {
  return typeof body === 'object' && !(body instanceof Uint8Array);
}

/** What takes too long fails with ETIMEDOUT, as the system would say after minutes. */
function limit(sent: ClientRequest, { answerWithinMs }: HttpRequest): void {
  const end = (what: string): void =>
    void sent.destroy(Object.assign(new Error(`${what} took too long`), { code: 'ETIMEDOUT' }));
  sent.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(end, CONNECT_WITHIN_MS, 'connecting');
    for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
  });
  if (answerWithinMs === undefined) return;
  sent.once('finish', () => {
    const timer = setTimeout(end, answerWithinMs, 'the answer');
    for (const event of ['response', 'close']) sent.once(event, () => clearTimeout(timer));
  });
}
