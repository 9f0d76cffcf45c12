/** Work that must not interleave: one thing at a time for each key, in the order in which it was asked for. */
import { FaasoError } from '../errors.ts';

export class KeyedLock {
  /** Key → resolves when the last work that was asked for has ended. */
  readonly #tails = new Map<string, Promise<void>>();

  /** Whether work for this key runs or waits. */
  isBusy(key: string): boolean {
    return this.#tails.has(key);
  }

  /** Throws `conflict` if work for this key runs or waits. */
  refuseIfBusy(key: string): void {
    if (!this.isBusy(key)) return;
    const message = `Another operation on "${key}" is in progress (--no-wait). Try again when it has ended.`;
    throw new FaasoError('conflict', message);
  }

  /**
   * Runs `work` when all earlier work for the key has ended, however it ended.
   * @param signal aborted while waiting: the work is not begun. Afterwards it is the work's own business.
   * Throws `cancelled`, and whatever the work throws.
   */
  async run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#tails.get(key);
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    const tail: Promise<void> = Promise.all([before, ended]).then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    this.#tails.set(key, tail);
    try {
      await turn(before, signal);
      return await work();
    } finally {
      end(undefined);
    }
  }
}

async function turn(before: Promise<void> | undefined, signal: AbortSignal | undefined): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => undefined);
  const abort = (): void => {
    reject(
      new FaasoError('cancelled', 'Cancelled while waiting for earlier work.', { cause: signal?.reason }),
    );
  };
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    await Promise.race([aborted, before]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
