/** What has to happen so that a funko runs as it is asked to. Pure. */
import type { ContainerRow } from '../../docker/containers.ts';
import { parseVersion } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { instanceNumber } from '../../funko/naming/container-names.ts';

export interface Plan {
  /** These stay as they are. */
  readonly keep: readonly ContainerRow[];
  /** So many are to be started. */
  readonly start: number;
  /** These go, in this order: the newest of the oldest version first. */
  readonly retire: readonly ContainerRow[];
}

export interface RolloutGoal {
  readonly funko: string;
  /** The image of the version that is to run. */
  readonly imageId: string;
  readonly count: number;
}

/**
 * @param own the funko's instances, by number
 * @param serving the IDs of those that take traffic
 */
export function planOf(
  { funko, imageId, count }: RolloutGoal,
  own: readonly ContainerRow[],
  serving: ReadonlySet<string>,
): Plan {
  const keep = own.filter((row) => row.imageId === imageId && serving.has(row.id)).slice(0, count);
  const retire = own.filter((row) => !keep.includes(row));
  const versionOf = ({ labels }: ContainerRow): number => parseVersion(labels[LABEL.version] ?? '') ?? 0;
  const numberOf = ({ name }: ContainerRow): number => instanceNumber(funko, name) ?? 0;
  retire.sort((a, b) => versionOf(a) - versionOf(b) || numberOf(b) - numberOf(a));
  return { keep, start: count - keep.length, retire };
}
