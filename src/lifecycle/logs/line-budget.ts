/** A bound over the log lines that several readers hold in memory at the same time. */

/** What a line takes beside its text, counted as characters. */
const LINE_OVERHEAD = 200;

export class LineBudget {
  readonly #mostCharacters: number;
  #held = 0;

  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters;
  }

  /** A reader's share. It must be closed. */
  open(): LineShare {
    return new LineShare((characters) => (this.#held += characters) > this.#mostCharacters);
  }
}

/** What one reader holds. */
export class LineShare implements Disposable {
  readonly #take: (characters: number) => boolean;
  #held = 0;

  /** @param take counts characters for all, and tells whether there are too many */
  constructor(take: (characters: number) => boolean) {
    this.#take = take;
  }

  /** Whether all together hold more than they may. */
  get isSpent(): boolean {
    return this.#take(0);
  }

  /** Counts lines that came, or, as negative numbers, that went. */
  add(characters: number, lines: number): void {
    const more = characters + lines * LINE_OVERHEAD;
    this.#held += more;
    this.#take(more);
  }

  /** Nothing of it is held any more. */
  [Symbol.dispose](): void {
    this.#take(-this.#held);
    this.#held = 0;
  }
}
