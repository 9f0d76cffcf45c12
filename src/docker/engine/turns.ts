/** So many at once, the others in their order. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Does the work when it is its turn. @param work gives the turn back by `release`; a second call of that does nothing */
  take(work: (release: () => void) => void): void {
    const start = (): void => {
      this.#free -= 1;
      let isReleased = false;
      work(() => {
        if (isReleased) return;
        isReleased = true;
        this.#free += 1;
        this.#waiting.shift()?.();
      });
    };
    if (this.#free > 0) start();
    else this.#waiting.push(start);
  }
}
