/** Times as a person and a script can read them. */

/**
 * Seconds since a moment, to the millisecond.
 * @param startedAt of `performance.now()`
 */
export function secondsSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt) / 1000;
}
