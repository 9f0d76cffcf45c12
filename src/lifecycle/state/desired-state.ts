/**
 * What the engine remembers of a funko: which version is in service (a tag of its image), and how many instances of it
 * are asked for (desired-scale.ts). It is written in one step, between what can be undone and what must be finished.
 */
import { removeImage, tagImage, type Image } from '../../docker/images.ts';
import { commitCount, desiredCount, revertCount } from './desired-scale.ts';
import type { OperationContext } from '../context.ts';
import { beginSplitWork, finishSplitWork, splitOf } from './split-state.ts';
import type { Version } from './version-list.ts';
import { commitWorkerCounts, revertWorkerCounts, type WantedWorker } from './worker-count.ts';
import { leavingTag, servedTag, inServiceTag } from '../../funko/naming/version.ts';

/** What the engine remembers of it: until it is committed, recovery after a crash goes back; after that, forward. */
export interface StateChange {
  /** Called when the new ones have shown themselves, before the last of the old ones goes. */
  commit(): Promise<void>;
  /** Called after `keep`, also one that failed half-way, when it all went wrong. */
  revert(): Promise<void>;
}

/** What is being removed: the funko's instances, or all of it. */
export type Removal = 'down' | 'remove';

const LEAVES: readonly Removal[] = ['down', 'remove'];

/** The engine, and which network it is about. */
type StatePlace = Pick<OperationContext, 'engine' | 'network'>;

export interface DesiredState {
  readonly funko: string;
  readonly version: Version;
  readonly versions: readonly Version[];
  readonly count: number;
  readonly workers: readonly WantedWorker[];
  /** Whether it shares the requests with another one, as a split says; which of the two is in service is then split.ts's. */
  readonly isShared: boolean;
}

/** The version that is remembered to be in service; undefined if none is. */
export function committedVersion(funko: string, versions: readonly Version[]): Version | undefined {
  return versions.find(({ image }) => image.tags.includes(inServiceTag(funko)));
}

/** Makes a version and a number of instances what is remembered, and can make it again what it was. */
export function stateChangeTo(
  place: StatePlace,
  { funko, version, versions, count, workers, isShared }: DesiredState,
): StateChange {
  const { engine } = place;
  const before = committedVersion(funko, versions);
  const isOtherCount = count !== (desiredCount(funko, version) ?? 1);
  const isOther = before !== version && !isShared;
  const tag = inServiceTag(funko);
  const served = servedTag(funko, version.number);
  const isFirst = !version.image.tags.includes(served);
  const images = versions.map(({ image }) => image);
  const endsSplit = !isShared && splitOf(funko, images) !== undefined;
  return {
    commit: async () => {
      // The number first: by the tag it becomes true together with the version.
      if (isOtherCount) await commitCount(engine, funko, version, count);
      await commitWorkerCounts(engine, funko, version, workers);
      const tags = [...(isOther ? [tag] : []), ...(isFirst ? [served] : [])];
      for (const each of tags) await tagImage(engine, version.image.id, each);
      if (endsSplit) await beginSplitWork(place, funko, 'end', version);
      await forgetLeaving(place, funko, images);
    },
    revert: async () => {
      if (endsSplit) await finishSplitWork(place, funko);
      if (isOther && before) await tagImage(engine, before.image.id, tag);
      else if (isOther) await removeImage(engine, tag);
      if (isFirst) await removeImage(engine, served);
      if (isOtherCount) await revertCount(engine, funko, version, count);
      await revertWorkerCounts(engine, funko, version, workers);
    },
  };
}

/** How a funko is being removed, by an operation that has not finished. */
export function removalOf(
  { network }: StatePlace,
  funko: string,
  images: readonly Image[],
): Removal | undefined {
  const tags = new Set(images.flatMap((image) => image.tags));
  return LEAVES.findLast((leave) => tags.has(leavingTag(funko, leave, network)));
}

/** Marks a funko as being removed. @param images the funko's own; without an image nothing can be marked */
export async function beginRemoval(
  { engine, network }: StatePlace,
  funko: string,
  leave: Removal,
  images: readonly Image[],
): Promise<void> {
  if (images[0]) await tagImage(engine, images[0].id, leavingTag(funko, leave, network));
}

/** It is out of service, and nothing is remembered but its versions. */
export async function endRemoval({ engine, network }: StatePlace, funko: string): Promise<void> {
  await removeImage(engine, inServiceTag(funko));
  for (const leave of LEAVES) await removeImage(engine, leavingTag(funko, leave, network));
}

async function forgetLeaving(place: StatePlace, funko: string, images: readonly Image[]): Promise<void> {
  if (removalOf(place, funko, images) === undefined) return;
  for (const leave of LEAVES) await removeImage(place.engine, leavingTag(funko, leave, place.network));
}
