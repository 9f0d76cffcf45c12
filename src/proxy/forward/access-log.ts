/** One line for each request, written a little later and in batches: the request does not wait for its log line. */
import type { Logger } from '../../logger.ts';

/** Lines wait at most this long, in ms, and at most so many of them. */
const WRITE_AFTER_MS = 100;
const WRITE_AT = 256;

export interface AccessLine {
  readonly requestId: string;
  readonly client: string;
  readonly method: string | undefined;
  /** The raw request target without its query, which may hold what is secret. */
  readonly path: string | undefined;
  /** The funko that was asked for; null for FaaSO's own paths. */
  readonly funko: string | null;
  /** The name of the container that answered; null if none did. */
  readonly instance: string | null;
  /** 499: the client went away before it had the whole answer. */
  readonly status: number;
  /** Bytes of the answer's body that were relayed. */
  readonly bytes: number;
  /** From the request's head to the end of the answer. */
  readonly ms: number;
}

export class AccessLog {
  /** Whether lines are wanted at all; if not, none should be made. */
  readonly enabled: boolean;
  readonly #logger: Logger;
  #lines: AccessLine[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.enabled = logger.isLevelEnabled('info');
  }

  /** Takes a line to be written soon. */
  add(line: AccessLine): void {
    if (this.#lines.push(line) >= WRITE_AT) this.flush();
    else this.#timer ??= setTimeout(this.flush, WRITE_AFTER_MS).unref();
  }

  /** Writes what waits. */
  readonly flush = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = [];
    for (const line of lines)
      this.#logger.info({ ...line, ms: Math.round(line.ms * 1000) / 1000 }, 'request');
  };
}
