/**
 * Passive ejection: a backend that keeps refusing connections is left out for a while, each time twice as long. It
 * comes back by itself; the first request that it gets then is the trial, one more refusal puts it out again.
 * Pure: the clock comes in as a number of ms, any monotonic one.
 */

/** So many refusals in a row put a backend out … */
const PATIENCE = 3;
/** … for this long, in ms, and each further time for twice as long, up to the ceiling. */
const SHORTEST_MS = 200;
const LONGEST_MS = 10_000;

export class Ejection {
  /** Refusals so far, ever. */
  #refusals = 0;
  #inARow = 0;
  #times = 0;
  #until = 0;

  /** Whether it was put out and has not answered since; a cheap test that spares reading the clock. */
  get suspected(): boolean {
    return this.#until !== 0;
  }

  /** When it comes back; in the past, or 0, if it is not out. */
  get until(): number {
    return this.#until;
  }

  /** To be kept by a request when it starts, and handed to `accepted`. */
  get mark(): number {
    return this.#refusals;
  }

  /** A connection was refused. Refusals that come in while it is out already do not make it worse. */
  refused(now: number): void {
    this.#refusals += 1;
    this.#inARow += 1;
    if (this.#until > now) return;
    if (this.#inARow < PATIENCE && this.#times === 0) return;
    this.#until = now + Math.min(LONGEST_MS, SHORTEST_MS * 2 ** this.#times);
    this.#times += 1;
  }

  /**
   * A request was not refused. Everything is forgiven, unless others were refused since that request started: that an
   * old connection still works says nothing about new ones.
   */
  accepted(mark: number): void {
    if (mark !== this.#refusals) return;
    this.#inARow = 0;
    this.#times = 0;
    this.#until = 0;
  }
}
