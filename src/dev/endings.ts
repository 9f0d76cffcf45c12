/** What is told of a program, or a container, of `faaso dev` that ends by itself. Pure. */
import { FaasoError } from '../errors.ts';
import { helpOf } from '../lifecycle/causes/all.ts';
import type { CauseFacts } from '../lifecycle/causes/cause.ts';

/** What helps a program that ended, a sentence or two; none if nothing is known. */
export function helpAtEnd(exitCode: number, lines: readonly string[], facts: CauseFacts): string[] {
  const help = helpOf(lines, `its program ended with exit code ${exitCode}.`, facts);
  return help === '' ? [] : [help];
}

/** The container has gone while the session went on. */
export function takenOver(name: string): FaasoError {
  const message = `${name} was removed by somebody else; another \`faaso dev\` of this funko may have taken over.`;
  return new FaasoError('conflict', message);
}
