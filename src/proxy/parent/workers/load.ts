/** Requests in flight, summed over the workers. Pure bookkeeping. */

export class Load {
  readonly #byWorker = new Map<number, Map<string, number>>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** What a worker reports: container ID → count, for what changed. */
  report(worker: number, inFlight: Readonly<Record<string, number>>): void {
    let counts = this.#byWorker.get(worker);
    if (!counts) this.#byWorker.set(worker, (counts = new Map<string, number>()));
    for (const [id, count] of Object.entries(inFlight)) {
      if (count === 0) counts.delete(id);
      else counts.set(id, count);
      this.#tell(id);
    }
  }

  /** A worker ended, and its requests with it. */
  forget(worker: number): void {
    const ids = [...(this.#byWorker.get(worker)?.keys() ?? [])];
    this.#byWorker.delete(worker);
    for (const id of ids) this.#tell(id);
  }

  /** Requests in flight to a backend, over all workers. */
  of(id: string): number {
    let sum = 0;
    for (const counts of this.#byWorker.values()) sum += counts.get(id) ?? 0;
    return sum;
  }

  /** Resolves when nothing is in flight to a backend, or when the signal aborts. */
  async idle(id: string, signal: AbortSignal): Promise<void> {
    if (this.of(id) === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting.add(resolve));
      signal.addEventListener('abort', () => {
        waiting.delete(resolve);
        resolve();
      });
    });
  }

  #tell(id: string): void {
    if (this.of(id) > 0) return;
    for (const resolve of this.#waiting.get(id) ?? []) resolve();
    this.#waiting.delete(id);
  }
}
