/** An instance as a person names it. Pure. */
import { FaasoError } from '../errors.ts';
import { instanceName } from '../funko/naming.ts';
import type { InstanceStatus } from './funkos.ts';

/**
 * Those of a funko's instances that a word stands for: a container's name, or the number in it.
 * Throws `not_found`, naming those there are.
 */
export function instancesNamed(
  funko: string,
  word: string,
  instances: readonly InstanceStatus[],
): [InstanceStatus, ...InstanceStatus[]] {
  const names = [word, instanceName(funko, Number(word))];
  const [first, ...more] = instances.filter(({ name }) => names.includes(name));
  if (first) return [first, ...more];
  const known = instances.map(({ name }) => name).join(', ');
  const there = known === '' ? 'It has none now.' : `There are: ${known}.`;
  throw new FaasoError('not_found', `The funko "${funko}" has no instance "${word}". ${there}`);
}
