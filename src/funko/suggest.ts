/** "Did you mean …?" for keys, options, runtimes and commands. Pure. */
import { closest, distance } from 'fastest-levenshtein';

/**
 * The allowed word that somebody probably meant.
 * @returns undefined if none is near: more than a third of the word (and at least two letters) would have to change
 */
export function suggestion(word: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const lower = word.toLowerCase();
  const best = closest(lower, [...allowed]);
  const most = Math.max(2, Math.floor(best.length / 3));
  const cost = distance(lower, best);
  return cost <= most && cost < best.length ? best : undefined;
}

/** ` Did you mean "X"?` to put at the end of a message, or nothing. */
export function didYouMean(word: string, allowed: readonly string[]): string {
  const best = suggestion(word, allowed);
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}
