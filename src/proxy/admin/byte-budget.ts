/** How many bytes of memory all requests together may hold for one purpose. */
import { FaasoError } from '../../errors.ts';

export class ByteBudget {
  readonly #most: number;
  readonly #what: string;
  #held = 0;

  /**
   * @param most bytes
   * @param what holds them, as a plural for the error: `preambles`
   */
  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  /** Reserves bytes while `work` runs. Throws `unavailable` if they are too many. */
  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#held + bytes > this.#most) {
      const message = `The ${this.#what} of other requests hold ${this.#held} bytes, and this one has ${bytes}; all together may hold ${this.#most}. Try again later.`;
      throw new FaasoError('unavailable', message);
    }
    this.#held += bytes;
    return work().finally(() => (this.#held -= bytes));
  }
}
