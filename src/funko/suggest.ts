/** "Did you mean …?" for keys, options, runtimes and commands. Pure. */
import { createRequire } from 'node:module';
import type * as levenshtein from 'fastest-levenshtein';
import { onDemand } from '../util/lazy.ts';

const require = createRequire(import.meta.url);
const library = onDemand(() => require('fastest-levenshtein') as typeof levenshtein);

/**
 * The allowed word that somebody probably meant.
 * @returns undefined if none is near: more than a third of the word (and at least two letters) would have to change
 */
export function suggestion(word: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const { closest, distance } = library();
  const lower = word.toLowerCase();
  const byLower = new Map(allowed.map((each) => [each.toLowerCase(), each]));
  // What one has written with its family's name, as CAP_KILL.
  const family = [...byLower.keys()].find((each) => lower.endsWith(`_${each}`));
  const best = family ?? closest(lower, [...byLower.keys()]);
  const most = Math.max(2, Math.floor(best.length / 3));
  const cost = distance(lower, best);
  const isClose = family !== undefined || (cost <= most && cost < best.length);
  return isClose ? byLower.get(best) : undefined;
}

/** ` Did you mean "X"?` to put at the end of a message, or nothing. */
export function didYouMean(word: string, allowed: readonly string[]): string {
  const best = suggestion(word, allowed);
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}
