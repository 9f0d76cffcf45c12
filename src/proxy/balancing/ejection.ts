/**
 * Passive ejection: a backend that keeps refusing connections is left out, and asked after a while whether it accepts
 * again; each time after twice as long. No client's request is the trial, unless nobody asks.
 * Pure: the clock comes in as a number of ms, any monotonic one.
 */

/** So many refusals in a row put a backend out … */
const PATIENCE = 3;
/** … until it is asked, after this long in ms, and each further time after twice as long, up to the ceiling. */
const SHORTEST_MS = 200;
const LONGEST_MS = 10_000;
/** Should nobody ask, it comes back by itself so much later. */
const MARGIN_MS = 5_000;

export class Ejection {
  /** Refusals so far, ever. */
  #refusals = 0;
  #inARow = 0;
  #times = 0;
  #until = 0;
  #askAfterMs = 0;

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

  /** In how many ms it is to be asked whether it accepts again, from when it was put out. */
  get askAfterMs(): number {
    return this.#askAfterMs;
  }

  /**
   * A connection was refused. Refusals that come in while it is out already do not make it worse.
   * @returns whether this put it out
   */
  refused(now: number): boolean {
    this.#refusals += 1;
    this.#inARow += 1;
    if (this.#until > now) return false;
    if (this.#inARow < PATIENCE && this.#times === 0) return false;
    this.#putOut(now);
    return true;
  }

  /** It was asked. If it does not accept it is out for longer. */
  asked(accepts: boolean, now: number): void {
    if (accepts) {
      this.#forgive();
    } else {
      this.#refusals += 1;
      this.#putOut(now);
    }
  }

  /**
   * A request was not refused. Everything is forgiven, unless others were refused since that request started: that an
   * old connection still works says nothing about new ones.
   */
  accepted(mark: number): void {
    if (mark === this.#refusals) this.#forgive();
  }

  #putOut(now: number): void {
    this.#askAfterMs = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** this.#times);
    this.#until = now + this.#askAfterMs + MARGIN_MS;
    this.#times += 1;
  }

  #forgive(): void {
    this.#inARow = 0;
    this.#times = 0;
    this.#until = 0;
  }
}
