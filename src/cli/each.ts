/** The same for several funkos, one after the other: one that fails does not keep the others from theirs. */
import { FaasoError } from '../errors.ts';
import { FAILURE, Reported } from './exit.ts';
import type { Output } from './output/output.ts';

/**
 * Does the work for each word. With one word its error is the caller's; with several, each error is printed as it
 * comes, a summary at the end, and the exit status is 1.
 * @param signal when it is aborted, what is left is not begun
 */
export async function forEachWord(
  words: readonly string[],
  output: Output,
  signal: AbortSignal,
  work: (word: string) => Promise<void>,
): Promise<void> {
  const [first, ...others] = new Set(words);
  if (first === undefined) return;
  if (others.length === 0) return work(first);
  const all = [first, ...others];
  const failed: string[] = [];
  for (const word of all) {
    if (!(await succeeds(word, output, signal, work))) failed.push(word);
  }
  if (failed.length === 0) return;
  output.error(`${failed.length} of ${all.length} failed: ${failed.join(', ')}`);
  throw new Reported(FAILURE);
}

async function succeeds(
  word: string,
  output: Output,
  signal: AbortSignal,
  work: (word: string) => Promise<void>,
): Promise<boolean> {
  signal.throwIfAborted();
  try {
    await work(word);
    return true;
  } catch (error) {
    if (signal.aborted || !(error instanceof FaasoError)) throw error;
    output.problem(error, word);
    return false;
  }
}
