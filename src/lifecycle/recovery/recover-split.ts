/** Finishes an interrupted split: the tag is set as planned, or removed. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { Image } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import { desiredCount } from '../state/desired-scale.ts';
import type { SplitResult } from '../../api/funko-api.ts';
import type { Present } from '../state/managed.ts';
import type { OperationContext } from '../context.ts';
import { split } from '../operations/split.ts';
import { dropSplit, splitOf, splitWorkOf } from '../state/split-state.ts';
import { versionsOf } from '../state/version-list.ts';
import { parseVersion, formatVersion } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';

/** With these a version can't serve, however often it is tried. */
const HOPELESS = new Set(['not_ready', 'missing_secret', 'unknown_version']);

/** Whether a split was begun and not set, or not ended; or what shares the requests is not what there should be. */
export function isSplitUnfinished(
  place: Pick<OperationContext, 'engine' | 'network'>,
  funko: string,
  images: readonly Image[],
  { instances, workers }: Present,
): boolean {
  if (splitWorkOf(place, funko, images) !== undefined) return true;
  const pair = splitOf(funko, images);
  if (!pair) return false;
  const numbers = instances.map(versionNumber);
  const isStray = [...numbers, ...workers.map(versionNumber)].some((number) =>
    pair.every(({ version }) => version !== number),
  );
  return (
    isStray ||
    versionsOf(funko, images).some((version) => {
      const count = numbers.filter((number) => number === version.number).length;
      return (
        pair.some((share) => share.version === version.number) &&
        count > (desiredCount(funko, version) ?? count)
      );
    })
  );
}

function versionNumber({ labels }: ContainerRow): number | undefined {
  return parseVersion(labels[LABEL.version] ?? '');
}

/**
 * Sets a split that was to be set, with all instances that belong to it; one that was to end is dropped, and so is one with
 * a version that can't serve. Nothing else may be done with the funko meanwhile.
 * @returns what was done; undefined if there is no split now, and one version is to serve alone
 * Throws `engine_*`.
 */
export async function recoverSplit(
  context: OperationContext,
  funko: string,
  images: readonly Image[],
): Promise<SplitResult | undefined> {
  const pair = splitOf(funko, images);
  if (pair && splitWorkOf(context, funko, images) !== 'end') {
    const weights = Object.fromEntries(pair.map(({ version, weight }) => [formatVersion(version), weight]));
    try {
      return await split(context, { name: funko, weights, steadyMs: 0 }, () => undefined);
    } catch (error) {
      if (!(error instanceof FaasoError) || !HOPELESS.has(error.code)) throw error;
    }
  }
  await dropSplit(context, funko, images);
  await context.traffic.readSplits();
  return undefined;
}
