/**
 * A request's body on its way to an upstream, when it did not arrive whole together with its head. It stands between
 * the client's message and undici, which destroys the body of a request that ended early: the client's connection
 * must outlive that, to carry the answer.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { bodyPassed } from '../body-garbage.ts';

/** The body of a request that has come whole; null if it is empty. */
export function wholeBody(req: IncomingMessage): Buffer | null {
  const whole = req.read() as Buffer | null;
  // Its end may still be to come, and is to be noticed.
  req.resume();
  return whole;
}

export class RequestBody extends Readable {
  readonly #req: IncomingMessage;
  readonly #idleMs: number;
  readonly #onWanted: () => void;
  #started = false;

  /**
   * @param idleMs how long the client may pause, in ms; its socket's `timeout` tells
   * @param onWanted called once, when the upstream is there and wants the body: the moment for `100 Continue`
   */
  constructor(req: IncomingMessage, idleMs: number, onWanted: () => void) {
    super({ highWaterMark: 64 * 1024 });
    this.#req = req;
    this.#idleMs = idleMs;
    this.#onWanted = onWanted;
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
    this.#onWanted();
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
