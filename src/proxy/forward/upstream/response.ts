/**
 * The answer of an upstream on its way to the client. The head waits for the first bytes of the body, but not longer
 * than the current turn of the event loop: a small answer is one write, an event stream's head goes out at once.
 */
import type { ResponseHead } from './response-head.ts';
import type { Reply } from '../reply.ts';

/** Up to this size the whole answer is handed over as one string; above, two buffers in one system call are cheaper. */
const SMALL_BYTES = 32 * 1024;

export class UpstreamResponse {
  /** Bytes of the body so far. */
  bytes = 0;
  readonly #reply: Reply;
  #held: Buffer | undefined;
  #flushed = false;

  /**
   * Begins the answer. Throws for a head that can't be sent: control characters in a field.
   * @param closing whether the client's connection is to be closed after it
   */
  constructor(
    reply: Reply,
    status: number,
    reason: string | undefined,
    head: ResponseHead,
    closing: boolean,
  ) {
    this.#reply = reply;
    const { headers, contentLength, trailer } = head;
    // RFC 9110, 15.5.22: it must say to what.
    if (status === 426 && head.wantsWebSocket) headers.push('Upgrade', 'websocket', 'Connection', 'Upgrade');
    if (closing) headers.push('Connection', 'close');
    // The length comes last: node:http would re-code a Content-Disposition after it.
    if (contentLength !== undefined) {
      if (status !== 204) headers.push('Content-Length', contentLength);
    } else if (trailer !== undefined && canCarryTrailers(reply, status)) {
      headers.push('Trailer', trailer);
    }
    if (reason === undefined) reply.writeHead(status, headers);
    else reply.writeHead(status, reason, headers);
    process.nextTick(flush, this);
  }

  /** Passes bytes on. Returns whether more are wanted now. */
  write(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (!this.#flushed && this.#held === undefined && chunk.length <= SMALL_BYTES) {
      this.#held = chunk;
      return true;
    }
    this.flush();
    return this.#reply.write(chunk);
  }

  /** The body is complete. */
  end(trailers: [string, string][] | undefined): void {
    const reply = this.#reply;
    if (trailers && reply.chunkedEncoding) reply.addTrailers(trailers);
    this.#flushed = true;
    if (this.#held === undefined) reply.end();
    else reply.end(this.#held.toString('latin1'), 'latin1');
    this.#held = undefined;
  }

  /** Writes what waits, if it still does. */
  flush(): void {
    if (this.#flushed) return;
    this.#flushed = true;
    if (this.#held === undefined) this.#reply.flushHeaders();
    else this.#reply.write(this.#held);
    this.#held = undefined;
  }
}

function flush(answer: UpstreamResponse): void {
  answer.flush();
}

function canCarryTrailers(reply: Reply, status: number): boolean {
  return reply.useChunkedEncodingByDefault && reply.req.method !== 'HEAD' && status !== 204 && status !== 304;
}
