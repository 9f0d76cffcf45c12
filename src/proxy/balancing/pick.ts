/** Which of a funko's ready instances gets the next request. Pure: dice and clock come in. */
import type { Slot } from './slot.ts';

export interface PickOptions {
  /** As Math.random. */
  readonly random: () => number;
  /** A monotonic clock in ms. */
  readonly now: () => number;
  /** Container IDs that this request was refused by already. */
  readonly tried?: ReadonlySet<string> | undefined;
}

/**
 * The less busy of two picked at random: nearly as even as asking all of them, and no herd runs to the same one.
 * Where one of the two was ejected or something was tried already, all are looked at. One that is ejected is picked
 * only if there is no other: one more refusal costs a millisecond, a 503 that was not needed costs the request.
 * @returns undefined if none is left that was not tried
 */
export function pick(ready: readonly Slot[], options: PickOptions): Slot | undefined {
  const { length } = ready;
  if (length === 0) return undefined;
  const first = Math.floor(options.random() * length);
  const one = ready[first];
  // The second is any but the first: 1 to length - 1 places further round.
  const other = length < 2 ? one : ready[(first + 1 + Math.floor(options.random() * (length - 1))) % length];
  if (!one || !other) return undefined;
  if (options.tried || one.ejection.suspected || other.ejection.suspected)
    return bestOf(ready, first, options);
  return other.inFlight < one.inFlight ? other : one;
}

/** The best of all that were not tried, ties going to the first one from `start` on. */
function bestOf(ready: readonly Slot[], start: number, { now, tried }: PickOptions): Slot | undefined {
  const moment = now();
  let best: Slot | undefined;
  for (let step = 0; step < ready.length; step += 1) {
    const slot = ready[(start + step) % ready.length];
    if (slot && !tried?.has(slot.backend.id) && (!best || better(slot, best, moment))) best = slot;
  }
  return best;
}

/** Not ejected before ejected; then the one that comes back first; then the less busy. */
function better(a: Slot, b: Slot, now: number): boolean {
  const outA = Math.max(0, a.ejection.until - now);
  const outB = Math.max(0, b.ejection.until - now);
  return outA === outB ? a.inFlight < b.inFlight : outA < outB;
}
