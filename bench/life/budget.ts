/** The time that parts share, one after the other: what one does not take is for those after it. */
export class Budget {
  readonly #endsAt: number;
  #weight: number;

  /** @param weight of all parts together */
  constructor(minutes: number, weight: number) {
    this.#endsAt = performance.now() + minutes * 60_000;
    this.#weight = weight;
  }

  /** When the next part has to end, in the words of `performance.now()`, if it has this weight. */
  next(weight: number): number {
    const now = performance.now();
    const share = weight / Math.max(weight, this.#weight);
    this.#weight -= weight;
    return now + Math.max(0, this.#endsAt - now) * share;
  }
}
