/**
 * A request's body on its way to an upstream, when it did not arrive whole together with its head. It stands between
 * the client's message and undici, which destroys the body of a request that ended early: the client's connection
 * must outlive that, to carry the answer.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { bodyPassed } from '../body-garbage.ts';

// Methods that go with a body (RFC 9110, 9.3).
const TAKES_BODY = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);

/** Whether a server might take the body of such a request for the next one, so that the connection must not be used again. */
export function isUnusualWithBody(method: string): boolean {
  return !TAKES_BODY.has(method);
}

/** The body of a request that has come whole; null if it is empty. */
export function wholeBody(req: IncomingMessage): Buffer | null {
  const whole = req.read() as Buffer | null;
  // Its end may still be to come, and is to be noticed.
  req.resume();
  return whole;
}

/** The exchange that has the body forwarded. */
export interface BodyReader {
  /** Called once, when the upstream is there and wants the body: the moment for `100 Continue`. */
  bodyWanted(): void;
  /** More came than is allowed; nothing more of it is passed on. */
  bodyTooLarge(): void;
}

export class RequestBody extends Readable {
  readonly #req: IncomingMessage;
  readonly #idleMs: number;
  readonly #reader: BodyReader;
  /** Bytes that may still come. */
  #left: number;
  #started = false;

  /**
   * @param idleMs how long the client may pause, in ms; its socket's `timeout` tells
   * @param limit the most bytes it may have; 0: any
   */
  constructor(req: IncomingMessage, idleMs: number, limit: number, reader: BodyReader) {
    super({ highWaterMark: 64 * 1024 });
    this.#req = req;
    this.#idleMs = idleMs;
    this.#left = limit === 0 ? Infinity : limit;
    this.#reader = reader;
    // Undici destroys it with an error when the request fails; the exchange hears of that elsewhere.
    this.on('error', ignore);
  }

  /** Whether the next bytes are the client's turn, so that a pause is the client's fault. */
  get waitsForClient(): boolean {
    return this.#started && !this.#req.isPaused() && !this.#req.complete;
  }

  override _read(): void {
    if (this.#started) {
      this.#req.resume();
      return;
    }
    this.#started = true;
    this.#reader.bodyWanted();
    this.#req.socket.setTimeout(this.#idleMs);
    this.#req.on('data', this.#pass).once('end', this.#end);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#req.off('data', this.#pass).off('end', this.#end);
    // What still comes is thrown away: see linger.ts for how long.
    this.#req.resume();
    done(error);
  }

  readonly #pass = (chunk: Buffer): void => {
    bodyPassed(chunk.length);
    this.#left -= chunk.length;
    if (this.#left < 0) {
      this.destroy();
      this.#reader.bodyTooLarge();
      return;
    }
    if (!this.push(chunk)) this.#req.pause();
  };

  readonly #end = (): void => {
    this.#req.socket.setTimeout(0);
    this.push(null);
  };
}

function ignore(): void {
  // Nothing to do.
}
