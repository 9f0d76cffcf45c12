/** The answer to one request of the admin API: one JSON value, or progress with a result, or a problem. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { lingerOnClose } from '../forward/linger.ts';
import { STATUS_OF, problemJson, problemOf } from '../problem.ts';
import { AdminRefusal } from './refusal.ts';

/** An operation that is silent for this long gets the head of its response, so that no proxy on the way gives up waiting. */
const HEAD_WITHIN_MS = 5_000;
/** A client that reads too slowly misses output rather than filling this process's memory. */
const MOST_UNREAD_BYTES = 1024 * 1024;

export class AdminReply {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
    response.once('close', () => {
      clearTimeout(this.#timer);
    });
  }

  /** One JSON value, status 200. */
  json(value: unknown): void {
    const body = `${JSON.stringify(value)}\n`;
    this.#head(200, 'application/json', { 'content-length': Buffer.byteLength(body) });
    this.#end(body);
  }

  /** A text, status 200. */
  text(body: string, type: string): void {
    this.#head(200, type, { 'content-length': Buffer.byteLength(body) });
    this.#end(body);
  }

  /** What follows may take long: progress and a result, as lines of JSON. Until the first line an error is a problem. */
  expectLines(): void {
    this.#timer = setTimeout(() => {
      this.#beginLines();
    }, HEAD_WITHIN_MS);
  }

  /** One line of progress. */
  progress(event: { readonly type: string }): void {
    if (event.type === 'log' && this.#response.writableLength > MOST_UNREAD_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#tellDropped();
    this.#line(event);
  }

  /** Resolves when what was said so far is on its way, or nobody reads any more: a writer that waits for it fills no memory. */
  async room(): Promise<void> {
    if (!this.#response.writableNeedDrain || this.#response.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const done = (): void => resolve(undefined);
    this.#response.once('drain', done).once('close', done);
    await promise;
    this.#response.off('drain', done).off('close', done);
  }

  /** The last line: the result. */
  result(value: object): void {
    this.#tellDropped();
    this.#line({ type: 'result', ...value });
    this.#end();
  }

  /** The error that ended the work: a problem, or where lines were begun already the last line. */
  fail(error: unknown): void {
    if (this.#response.destroyed) return;
    const problem = problemOf(error);
    if (this.#response.headersSent) {
      this.#tellDropped();
      const { code, detail, details } = problem;
      this.#line({ type: 'error', code, message: detail, details });
      this.#end();
      return;
    }
    const refusal = error instanceof AdminRefusal ? error : undefined;
    const status = refusal?.status ?? problem.status;
    const body = problemJson({ ...problem, status });
    const headers: OutgoingHttpHeaders = { ...refusal?.headers, 'content-length': Buffer.byteLength(body) };
    if (status === STATUS_OF.unavailable) headers['retry-after'] = '1';
    this.#head(status, 'application/problem+json', headers);
    this.#end(body);
  }

  /** What the client still sends is read and thrown away, for as long as the connection lingers. */
  #end(body = ''): void {
    this.#response.end(body);
    this.#request.resume();
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    const message = `${this.#dropped} lines of output were left out: they were not read as fast as they came.`;
    this.#dropped = 0;
    this.#line({ type: 'warning', message });
  }

  #line(value: object): void {
    if (this.#response.destroyed) return;
    this.#beginLines();
    this.#response.write(`${JSON.stringify(value)}\n`);
  }

  #beginLines(): void {
    clearTimeout(this.#timer);
    if (this.#response.headersSent || this.#response.destroyed) return;
    this.#head(200, 'application/x-ndjson', {});
    this.#response.flushHeaders();
  }

  /** A client that is still sending gets the answer all the same: its connection is closed gently (RFC 9112, 9.6). */
  #head(status: number, type: string, more: OutgoingHttpHeaders): void {
    clearTimeout(this.#timer);
    const headers: OutgoingHttpHeaders = { 'content-type': type, 'cache-control': 'no-store', ...more };
    if (!this.#request.complete && hasBody(this.#request)) {
      headers.connection = 'close';
      lingerOnClose(this.#request.socket);
    }
    this.#response.writeHead(status, headers);
  }
}

/** Whether a request has a body (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length']);
}
