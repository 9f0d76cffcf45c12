/** The body of one request on its way in: handed over whole if it is here, else as a stream, and never more than allowed. */
import type { IncomingMessage } from 'node:http';
import type { Problem } from '../../problem.ts';
import { tooLarge } from './request-policy.ts';
import type { Reply } from '../reply.ts';
import { RequestBody, wholeBody, type BodyReader } from './request-body.ts';
import type { RequestHead } from './request-head.ts';

/** The client's side of the exchange. */
export interface Uploader {
  /** The request can't be answered by the funko. */
  failed(problem: Problem): void;
}

/** A body of at most this length is awaited whole before a connection to a funko is taken. */
const AWAITED_BYTES = 16 * 1024;

export class Upload implements BodyReader {
  /** The most bytes it may have; 0: any. */
  limit = 0;
  readonly #req: IncomingMessage;
  readonly #reply: Reply;
  readonly #head: RequestHead;
  readonly #uploader: Uploader;
  #body: Buffer | RequestBody | null = null;
  #asks = false;
  #isAwaited = false;

  constructor(req: IncomingMessage, reply: Reply, head: RequestHead, uploader: Uploader) {
    this.#req = req;
    this.#reply = reply;
    this.#head = head;
    this.#uploader = uploader;
  }

  /** Whether all of it has come. Node says so a moment later than its bytes do. */
  get isHere(): boolean {
    const { complete, readableLength } = this.#req;
    return complete || readableLength === this.#head.contentLength || this.#body instanceof Buffer;
  }

  /** Whether the next bytes are the client's turn, so that a pause is the client's fault. */
  get waitsForClient(): boolean {
    return this.#isAwaited || (this.#body instanceof RequestBody && this.#body.waitsForClient);
  }

  /**
   * Whether a connection must wait for it. A client that sends a body slowly, or not at all, would hold a connection that others need; and
   * undici sends a request's head together with the first bytes of its body, so the funko may give up a connection that is silent until then.
   * @param idleMs how long the client may pause, in ms; its socket's `timeout` tells
   * @param asks whether the client waits for `100 Continue`: of a long body it gets that when there is a connection
   * @param then called when a short body has come whole, or the first bytes of another
   */
  awaits(idleMs: number, asks: boolean, then: () => void): boolean {
    const { contentLength } = this.#head;
    const isShort = contentLength !== undefined && contentLength <= AWAITED_BYTES;
    const req = this.#req;
    const isReady = (): boolean => (isShort ? this.isHere : req.complete || req.readableLength > 0);
    if (isReady() || (asks && !isShort)) return false;
    this.#isAwaited = true;
    req.socket.setTimeout(idleMs);
    const check = (): void => {
      if (!isReady()) return;
      req.off('readable', check);
      this.#isAwaited = false;
      req.socket.setTimeout(0);
      // Until then node:stream keeps it from flowing.
      process.nextTick(then);
    };
    req.on('readable', check);
    if (asks) this.#reply.writeContinue();
    return true;
  }

  /**
   * What undici is to send; null for a body that turned out to be empty.
   * @param idleMs how long the client may pause, in ms; its socket's `timeout` tells
   * @param asks whether the client waits for `100 Continue`
   */
  take(idleMs: number, asks: boolean): Buffer | RequestBody | null {
    // A chunked body is counted as it comes.
    const counted = this.limit !== 0 && this.#head.chunked;
    const whole = !counted && this.isHere;
    this.#body = whole ? wholeBody(this.#req) : new RequestBody(this.#req, idleMs, this.limit, this);
    this.#asks = asks;
    return this.#body;
  }

  bodyWanted(): void {
    if (this.#asks) this.#reply.writeContinue();
  }

  bodyTooLarge(): void {
    this.#uploader.failed(tooLarge(this.limit));
  }
}
