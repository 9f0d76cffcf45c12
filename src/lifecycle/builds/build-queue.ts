/**
 * Builds take all the machine they get, so few run at a time: the services come first. But a build of a second is not to wait for
 * one of minutes: a build that has run for a while makes room for another.
 */
import { FaasoError } from '../../errors.ts';

export interface QueueOptions {
  /** How many builds run at a time, but for those that have made room: at most one fewer of them. So 1 is one at a time, ever. */
  readonly atOnce: number;
  /** How many more may wait. */
  readonly mostWaiting: number;
}

/** Where a build stands that waits. */
export interface QueuePlace {
  /** How many are to begin before it, itself included. */
  readonly position: number;
  /** The funkos whose builds run now and hold it up. */
  readonly behind: readonly string[];
}

export interface TurnOptions {
  /** Hears where the build stands, whenever its position changes; never if it begins at once. */
  readonly onPlace: (place: QueuePlace) => void;
  readonly signal?: AbortSignal | undefined;
  /** Needs no room: nothing is to be built. */
  readonly isLight?: boolean;
}

interface WaitingBuild {
  readonly funko: string;
  readonly begin: () => void;
  readonly onPlace: (place: QueuePlace) => void;
  readonly isLight: boolean;
}

interface RunningBuild {
  isLong: boolean;
  readonly timer: NodeJS.Timeout;
}

/** A build that has run for this long, in ms, makes room for another. */
export const LONG_BUILD_MS = 5_000;

/**
 * Begins builds in the order in which they came, but two of one funko never run at a time: they would get the same number. The room
 * that long builds make is not for funkos whose last build was long, too.
 */
export class BuildQueue {
  readonly #options: QueueOptions;
  readonly #running = new Map<string, RunningBuild>();
  readonly #waiting: WaitingBuild[] = [];
  /** Funkos whose last build was long. */
  readonly #slow = new Set<string>();

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Whether work for this funko runs or waits. */
  has(funko: string): boolean {
    return this.#running.has(funko) || this.#waiting.some((one) => one.funko === funko);
  }

  /** Whether work for this funko would begin at once. */
  hasRoomFor(funko: string): boolean {
    if (this.#running.has(funko)) return false;
    if (this.#running.size < this.#options.atOnce) return true;
    const long = [...this.#running.values()].filter(({ isLong }) => isLong).length;
    const most = this.#options.atOnce + Math.min(long, this.#options.atOnce - 1);
    return this.#running.size < most && !this.#slow.has(funko);
  }

  /**
   * Does the work when its turn has come.
   * Throws `unavailable` if too many wait, `cancelled` if the signal is aborted while it waits, and what the work throws.
   */
  async run<T>(funko: string, work: () => Promise<T>, turn: TurnOptions): Promise<T> {
    await this.#turn(funko, turn);
    try {
      const result = await work();
      if (this.#running.get(funko)?.isLong === false) this.#slow.delete(funko);
      return result;
    } finally {
      clearTimeout(this.#running.get(funko)?.timer);
      this.#running.delete(funko);
      this.#beginNext();
    }
  }

  /** Resolves when it counts as running. */
  async #turn(funko: string, { onPlace, signal, isLight = false }: TurnOptions): Promise<void> {
    if (signal?.aborted) throw cancelled(signal);
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiting = { funko, begin: () => resolve(undefined), onPlace, isLight };
    this.#waiting.push(waiting);
    this.#beginNext();
    if (this.#waiting.length > this.#options.mostWaiting) {
      this.#leave(waiting);
      throw full(this.#options.mostWaiting);
    }
    this.#tellPlace(waiting);
    const abort = (): void => {
      this.#leave(waiting);
      reject(cancelled(signal));
    };
    signal?.addEventListener('abort', abort);
    await promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  #beginNext(): void {
    for (const waiting of [...this.#waiting]) {
      const { funko, isLight } = waiting;
      if (isLight ? this.#running.has(funko) : !this.hasRoomFor(funko)) continue;
      this.#running.set(funko, { isLong: false, timer: this.#whenLong(funko) });
      this.#leave(waiting);
      waiting.begin();
    }
  }

  #whenLong(funko: string): NodeJS.Timeout {
    const timer = setTimeout(() => {
      const running = this.#running.get(funko);
      if (running) running.isLong = true;
      this.#slow.add(funko);
      this.#beginNext();
    }, LONG_BUILD_MS);
    return timer.unref();
  }

  /** Those behind it move up. */
  #leave(waiting: WaitingBuild): void {
    const index = this.#waiting.indexOf(waiting);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    for (const other of this.#waiting.slice(index)) this.#tellPlace(other);
  }

  #tellPlace(waiting: WaitingBuild): void {
    const position = this.#waiting.indexOf(waiting) + 1;
    if (position === 0) return;
    const { funko, onPlace } = waiting;
    onPlace({ position, behind: this.#running.has(funko) ? [funko] : [...this.#running.keys()] });
  }
}

function full(mostWaiting: number): FaasoError {
  const message = `${mostWaiting} builds wait already, which is all that may (FAASO_BUILD_QUEUE). Try again later.`;
  return new FaasoError('unavailable', message);
}

function cancelled(signal: AbortSignal | undefined): FaasoError {
  return new FaasoError('cancelled', 'Cancelled while waiting for other builds.', { cause: signal?.reason });
}
