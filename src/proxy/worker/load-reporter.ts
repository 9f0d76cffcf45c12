/** Tells the parent how many requests are in flight to each backend, in batches. */

/** Changes are gathered for this long before they are told. */
const GATHER_MS = 50;

export class LoadReporter {
  readonly #tell: (inFlight: Record<string, number>) => void;
  #changed = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (inFlight: Record<string, number>) => void) {
    this.#tell = tell;
  }

  /** The count of a backend has changed. On the hot path: one map entry, and a timer if none runs. */
  changed(id: string, count: number): void {
    this.#changed.set(id, count);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, GATHER_MS);
  }

  /** Tells what has changed at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#changed.size === 0) return;
    const inFlight = Object.fromEntries(this.#changed);
    this.#changed = new Map();
    this.#tell(inFlight);
  }
}
