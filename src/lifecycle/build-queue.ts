/** Builds take all the machine they get, so only so many run at a time: the services come first. */
import { FaasoError } from '../errors.ts';

export interface QueueOptions {
  /** How many builds run at a time. */
  readonly atOnce: number;
  /** How many more may wait. */
  readonly mostWaiting: number;
}

export interface TurnOptions {
  /** Hears how many are to begin before this one, itself included, whenever that changes; never if it begins at once. */
  readonly onPosition: (position: number) => void;
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  readonly funko: string;
  readonly begin: () => void;
  readonly onPosition: (position: number) => void;
}

/**
 * Begins builds in the order in which they came, but two of one funko never run at a time: they would get the same number.
 */
export class BuildQueue {
  readonly #options: QueueOptions;
  readonly #running = new Set<string>();
  readonly #waiting: Waiting[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Whether work for this funko runs or waits. */
  has(funko: string): boolean {
    return this.#running.has(funko) || this.#waiting.some((one) => one.funko === funko);
  }

  /**
   * Does the work when its turn has come.
   * Throws `unavailable` if too many wait, `cancelled` if the signal is aborted while it waits, and what the work throws.
   */
  async run<T>(funko: string, work: () => Promise<T>, turn: TurnOptions): Promise<T> {
    await this.#turn(funko, turn);
    try {
      return await work();
    } finally {
      this.#running.delete(funko);
      this.#beginNext();
    }
  }

  /** Resolves when it counts as running. */
  async #turn(funko: string, { onPosition, signal }: TurnOptions): Promise<void> {
    if (signal?.aborted) throw cancelled(signal);
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiting = { funko, begin: () => resolve(undefined), onPosition };
    this.#waiting.push(waiting);
    this.#beginNext();
    if (this.#waiting.length > this.#options.mostWaiting) {
      this.#leave(waiting);
      throw full(this.#options.mostWaiting);
    }
    const position = this.#waiting.indexOf(waiting) + 1;
    if (position > 0) onPosition(position);
    const abort = (): void => {
      this.#leave(waiting);
      reject(cancelled(signal));
    };
    signal?.addEventListener('abort', abort);
    await promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  #beginNext(): void {
    for (const waiting of [...this.#waiting]) {
      if (this.#running.size >= this.#options.atOnce) return;
      if (this.#running.has(waiting.funko)) continue;
      this.#running.add(waiting.funko);
      this.#leave(waiting);
      waiting.begin();
    }
  }

  /** Those behind it move up. */
  #leave(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    for (const [position, other] of this.#waiting.entries()) {
      if (position >= index) other.onPosition(position + 1);
    }
  }
}

function full(mostWaiting: number): FaasoError {
  const message = `${mostWaiting} builds wait already, which is all that may (FAASO_BUILD_QUEUE). Try again later.`;
  return new FaasoError('unavailable', message);
}

function cancelled(signal: AbortSignal | undefined): FaasoError {
  return new FaasoError('cancelled', 'Cancelled while waiting for other builds.', { cause: signal?.reason });
}
