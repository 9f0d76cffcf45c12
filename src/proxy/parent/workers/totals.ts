/** What all workers have carried for each funko since the proxy's start, those that ended included. Pure bookkeeping. */
import { NUMBERS } from '../../ipc/stats.ts';

export class Totals {
  readonly #totals = new Map<string, number[]>();

  /** Adds what a worker counted: funko → numbers, see ipc/stats.ts. */
  add(counts: Readonly<Record<string, readonly number[]>>, isKnown: (funko: string) => boolean): void {
    for (const [funko, numbers] of Object.entries(counts)) {
      // What a worker may invent is not kept.
      if (funko !== '' && !this.#totals.has(funko) && !isKnown(funko)) continue;
      const total = this.#totals.get(funko) ?? new Array<number>(NUMBERS).fill(0);
      for (let at = 0; at < NUMBERS; at += 1) total[at] = (total[at] ?? 0) + (numbers[at] ?? 0);
      this.#totals.set(funko, total);
    }
  }

  /** Forgets the funkos that are gone, then gives what is left, sorted by name. */
  of(isKnown: (funko: string) => boolean): readonly (readonly [string, readonly number[]])[] {
    for (const funko of this.#totals.keys()) {
      if (funko !== '' && !isKnown(funko)) this.#totals.delete(funko);
    }
    return [...this.#totals].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
