/** What an interrupted operation left unfinished, judged by tags and containers. Pure. */
import type { ContainerRow } from '../../docker/containers.ts';
import type { Image } from '../../docker/images.ts';
import { countTags, desiredCount } from '../state/desired-scale.ts';
import { interruptedReleases } from '../rollout/interrupted-release.ts';
import { previewsBeingRemoved } from '../rollout/remove-preview.ts';
import { managedPreviews, presentOf, type Present } from '../state/managed.ts';
import { committedVersion, removalOf } from '../state/desired-state.ts';
import type { OperationContext } from '../context.ts';
import { isSplitUnfinished } from './recover-split.ts';
import { splitOf } from '../state/split-state.ts';
import { versionsOf, type Version } from '../state/version-list.ts';
import { hasOtherWorkerCounts, workersFor } from '../state/worker-count.ts';
import { wrongWorkers } from '../rollout/worker-plan.ts';
import { servedTag, inServiceTag, latestTag } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';

export interface RecoveryPicture {
  readonly images: readonly Image[];
  readonly rows: readonly ContainerRow[];
}

/** A version with a manifest that this FaaSO can't read must not keep other funkos from theirs: its own settling says so. */
export function mayBeUnfinished(context: OperationContext, funko: string, picture: RecoveryPicture): boolean {
  try {
    return isUnfinished(context, funko, picture);
  } catch {
    return true;
  }
}

export function isUnfinished(context: OperationContext, funko: string, picture: RecoveryPicture): boolean {
  const { images } = picture;
  if (removalOf(context, funko, images) !== undefined) return true;
  if (interruptedReleases(context, funko, picture.rows).length > 0) return true;
  const own = startedBy(context, funko, picture);
  if (
    neverStarted(context, funko, picture).length > 0 ||
    previewsBeingRemoved(context, funko, images).length > 0
  )
    return true;
  if (isSplitUnfinished(context, funko, images, own)) return true;
  const versions = versionsOf(funko, images);
  if (lacksLatest(context, funko, versions)) return true;
  if (versions.some((version) => hasOtherCounts(funko, version))) return true;
  const version = committedVersion(funko, versions);
  if (version) return isUnserved(funko, version) || wrongOnes(context, funko, picture, version).length > 0;
  return own.instances.length > 0 && !isAnyCommitted(funko, images);
}

/** The newest version, if it is not called so. One of another network may be being removed there just now. */
export function lacksLatest(
  { network }: OperationContext,
  funko: string,
  [newest]: readonly Version[],
): Version | undefined {
  const isOurs = newest?.image.labels[LABEL.network] === network;
  return isOurs && !newest.image.tags.includes(latestTag(funko)) ? newest : undefined;
}

export function hasOtherCounts(funko: string, version: Version): boolean {
  return countTags(funko, version).length > 1 || hasOtherWorkerCounts(funko, version);
}

/** Tags are set one after the other: the version is in service, and what says that it was is missing. */
export function isUnserved(funko: string, { number, image }: Version): boolean {
  return !image.tags.includes(servedTag(funko, number));
}

/** Those that were made and never started, previews too. */
export function neverStarted(
  context: OperationContext,
  funko: string,
  picture: RecoveryPicture,
): ContainerRow[] {
  const previews = startedHere(context, managedPreviews(funko, picture.rows));
  const { instances, workers } = startedBy(context, funko, picture);
  const all = [...instances, ...workers, ...previews];
  return all.filter(({ status }) => status === 'created');
}

/** Those that are of another version than is promised, and those that are too many. */
export function wrongOnes(
  context: OperationContext,
  funko: string,
  picture: RecoveryPicture,
  version: Version,
): ContainerRow[] {
  const own = startedBy(context, funko, picture);
  // Of a split several versions are right, and weights say what each is worth.
  const isEmpty = own.instances.length + own.workers.length === 0;
  if (isEmpty || splitOf(funko, picture.images)) return [];
  const right = own.instances.filter(({ imageId }) => imageId === version.image.id);
  const others = own.instances.filter((row) => !right.includes(row));
  return [
    ...others,
    ...right.slice(desiredCount(funko, version) ?? 1),
    ...wrongWorkers({ imageId: version.image.id, workers: workersFor(funko, version) }, own.workers),
  ];
}

/** Also of an image whose version's own tag somebody took away: then it is not known what it was. */
export function isAnyCommitted(funko: string, images: readonly Image[]): boolean {
  return images.some(({ tags }) => tags.includes(inServiceTag(funko)));
}

/** What FaaSO itself started on this network, by number: another network is another proxy's. */
export function startedBy(context: OperationContext, funko: string, { rows }: RecoveryPicture): Present {
  return presentOf(funko, startedHere(context, rows));
}

export function startedHere({ network }: OperationContext, rows: readonly ContainerRow[]): ContainerRow[] {
  return rows.filter(({ labels, networks }) => LABEL.instance in labels && network in networks);
}

export function ofFunko(funko: string, { images, rows }: RecoveryPicture): RecoveryPicture {
  const isIts = ({ labels }: { labels: Readonly<Record<string, string>> }): boolean =>
    labels[LABEL.funko] === funko;
  return { images: images.filter(isIts), rows: rows.filter(isIts) };
}
