/** What a worker has carried for each funko since it last told: the source of `/admin/metrics`. On the hot path: a few additions. */

/** Upper bounds of the classes that answers are counted in by the time they took, in ms; the last class has none. */
export const DURATION_BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;

/** Numbers of a count: status 1xx to 5xx, bytes, ms, then one for each class of duration. */
export const STATUS_CLASSES = 5;
export const BYTES_AT = STATUS_CLASSES;
export const MS_AT = BYTES_AT + 1;
export const DURATIONS_AT = MS_AT + 1;
export const NUMBERS = DURATIONS_AT + DURATION_BOUNDS_MS.length + 1;

export class Stats {
  readonly #knows: (funko: string) => boolean;
  #counts = new Map<string, number[]>();

  /** @param knows whether there is such a funko: names that strangers invent are counted as one, the empty name */
  constructor(knows: (funko: string) => boolean) {
    this.#knows = knows;
  }

  /**
   * Counts a request that is over.
   * @param funko null for FaaSO's own pages
   * @param bytes of the answer's body
   */
  add(funko: string | null, status: number, bytes: number, ms: number): void {
    const count = this.#of(funko !== null && this.#knows(funko) ? funko : '');
    bump(count, Math.min(STATUS_CLASSES, Math.max(1, Math.floor(status / 100))) - 1, 1);
    bump(count, BYTES_AT, bytes);
    bump(count, MS_AT, ms);
    bump(count, DURATIONS_AT + classOf(ms), 1);
  }

  /** What was counted since the last time; undefined if nothing was. */
  take(): Readonly<Record<string, readonly number[]>> | undefined {
    if (this.#counts.size === 0) return undefined;
    const counts = Object.fromEntries(this.#counts);
    this.#counts = new Map();
    return counts;
  }

  #of(funko: string): number[] {
    const known = this.#counts.get(funko);
    if (known) return known;
    const fresh = new Array<number>(NUMBERS).fill(0);
    this.#counts.set(funko, fresh);
    return fresh;
  }
}

function bump(count: number[], at: number, by: number): void {
  count[at] = (count[at] ?? 0) + by;
}

function classOf(ms: number): number {
  let at = 0;
  while (at < DURATION_BOUNDS_MS.length && ms > (DURATION_BOUNDS_MS[at] ?? 0)) at += 1;
  return at;
}
