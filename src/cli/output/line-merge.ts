/** Lines from several sources, each in order of time, as one. */

interface Timed {
  readonly time: string;
}

interface WaitingLine<Line> {
  readonly line: Line;
  readonly done: PromiseWithResolvers<void>;
}

/** Holds one line of each source at a time: a source waits until its line's turn has come. */
export class LineMerge<Line extends Timed> {
  readonly #emit: (line: Line) => Promise<void>;
  /** A source that has not said its next line yet has none. */
  readonly #sources: (WaitingLine<Line> | undefined)[];
  readonly #ended = new Set<number>();
  #last = -1;
  #isBusy = false;

  /** @param emit takes the lines in order, the next when the one before is done */
  constructor(count: number, emit: (line: Line) => Promise<void>) {
    this.#emit = emit;
    this.#sources = Array.from({ length: count }, () => undefined);
  }

  /** Resolves when the line was taken. */
  async add(source: number, line: Line): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#sources[source] = { line, done };
    void this.#run();
    return done.promise;
  }

  /** The source has no more lines. */
  end(source: number): void {
    this.#ended.add(source);
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const waiting = this.#sources[next];
      this.#sources[next] = undefined;
      this.#last = next;
      if (waiting) await this.#emit(waiting.line).then(waiting.done.resolve, waiting.done.reject);
    }
    this.#isBusy = false;
  }

  /** The source of the earliest line, if it is known of all sources what their next line is. */
  #next(): number | undefined {
    let best: number | undefined;
    for (const [index, waiting] of this.#sources.entries()) {
      if (!waiting && !this.#ended.has(index)) return undefined;
      if (!waiting) continue;
      const time = best === undefined ? undefined : this.#sources[best]?.line.time;
      // Pieces of one line have the same time: they stay together.
      const isFirst = time === undefined || waiting.line.time < time;
      if (isFirst || (waiting.line.time === time && index === this.#last)) best = index;
    }
    return best;
  }
}
