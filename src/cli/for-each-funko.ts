/** The same for several funkos, some at a time: one that fails does not keep the others from theirs. */
import { FaasoError } from '../errors.ts';
import { FAILURE, Reported } from './exit.ts';
import type { Output } from './output/output.ts';
import { asExpected } from './system-error.ts';

/** How many are worked on at a time; a server builds fewer, and lets the others wait. */
const AT_ONCE = 4;

export interface EachOptions {
  /** When it is aborted, what is left is not begun. */
  readonly signal: AbortSignal;
  /** 1 where the order matters, or a person is asked. */
  readonly atOnce?: number;
  /** One after the other; after one that fails no other is begun. */
  readonly inOrder?: boolean | undefined;
}

/**
 * Does the work for each word. With one word its error is the caller's; with several, the lines of each say whose they are
 * (if they can mix), each error is printed as it comes, a summary at the end, and the exit status is 1.
 */
export async function forEachWord(
  words: readonly string[],
  output: Output,
  { signal, inOrder = false, atOnce = inOrder ? 1 : AT_ONCE }: EachOptions,
  work: (word: string, output: Output) => Promise<void>,
): Promise<void> {
  const [first, ...others] = new Set(words);
  if (first === undefined) return;
  if (others.length === 0) return work(first, output);
  const all = [first, ...others];
  const width = Math.max(...all.map((word) => word.length));
  const failed = new Set<string>();
  const left = all.values();
  const worker = async (): Promise<void> => {
    for (const word of left) {
      const own = atOnce === 1 ? output : output.about(word.padEnd(width));
      if (inOrder && failed.size > 0) return;
      if (!(await succeeds(word, own, signal, work))) failed.add(word);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  const broken = ended.find((one) => one.status === 'rejected');
  if (broken) throw broken.reason;
  if (failed.size === 0) return;
  const names = all.filter((word) => failed.has(word));
  output.error(`${failed.size} of ${all.length} failed: ${names.join(', ')}`);
  throw new Reported(FAILURE);
}

async function succeeds(
  word: string,
  output: Output,
  signal: AbortSignal,
  work: (word: string, output: Output) => Promise<void>,
): Promise<boolean> {
  signal.throwIfAborted();
  try {
    await work(word, output);
    return true;
  } catch (thrown) {
    const error = asExpected(thrown);
    if (signal.aborted || !(error instanceof FaasoError)) throw error;
    output.problem(error, word);
    return false;
  }
}
