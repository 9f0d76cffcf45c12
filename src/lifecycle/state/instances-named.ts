/** An instance, or a container of a worker, as a person names it. Pure. */
import { FaasoError } from '../../errors.ts';
import { releaseName, workerWords } from '../../funko/naming/process.ts';
import { instanceName } from '../../funko/naming/container-names.ts';

/**
 * Whether a word stands for a container of a funko: its name; the number of an instance; the name of a worker, `mailer`, which has
 * several, or `mailer.2` for one of them; `release` for what ran a release command.
 */
export function isNamed(funko: string, word: string, container: string): boolean {
  const release = container === releaseName(funko) ? ['release'] : [];
  const words = [container, ...workerWords(funko, container), ...release];
  return words.includes(word) || container === instanceName(funko, Number(word));
}

/**
 * Those of a funko's containers that a word stands for.
 * Throws `not_found`, naming those there are.
 */
export function instancesNamed<T extends { readonly name: string }>(
  funko: string,
  word: string,
  instances: readonly T[],
): [T, ...T[]] {
  const [first, ...more] = instances.filter(({ name }) => isNamed(funko, word, name));
  if (first) return [first, ...more];
  const known = instances.map(({ name }) => name).join(', ');
  const there = known === '' ? 'It has none now.' : `There are: ${known}.`;
  throw new FaasoError('not_found', `The funko "${funko}" has no instance "${word}". ${there}`);
}
