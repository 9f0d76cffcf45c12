/**
 * What the engine remembers of a funko: which version is in service (a tag of its image), and how many instances of it
 * are asked for (asked-count.ts). It is written in one step, between what can be undone and what must be finished.
 */
import { removeImage, tagImage, type Image } from '../../docker/images.ts';
import { inServiceTag, leavingTag, servedTag } from '../../funko/naming/naming.ts';
import { keepCount, ownCount, putBackCount } from './desired-scale.ts';
import type { Site } from '../context.ts';
import { beginSplitWork, finishSplitWork, splitOf } from './splits.ts';
import type { Version } from './versions.ts';
import { keepWorkerCounts, putBackWorkerCounts, type WantedWorker } from './worker-count.ts';

/** What the engine remembers of it: until it is kept, who goes on after a crash goes back; from then on forward. */
export interface Promised {
  /** Called when the new ones have shown themselves, before the last of the old ones goes. */
  keep(): Promise<void>;
  /** Called after `keep`, also one that failed half-way, when it all went wrong. */
  takeBack(): Promise<void>;
}

/** What is being taken away: the funko's instances, or all of it. */
export type Leave = 'down' | 'remove';

const LEAVES: readonly Leave[] = ['down', 'remove'];

/** The engine, and which network it is about. */
type Place = Pick<Site, 'engine' | 'network'>;

export interface Wish {
  readonly funko: string;
  readonly version: Version;
  readonly versions: readonly Version[];
  readonly count: number;
  readonly workers: readonly WantedWorker[];
  /** Whether it shares the requests with another one, as a split says; which of the two is in service is then split.ts's. */
  readonly isShared: boolean;
}

/** The version that is remembered to be in service; undefined if none is. */
export function keptVersion(funko: string, versions: readonly Version[]): Version | undefined {
  return versions.find(({ image }) => image.tags.includes(inServiceTag(funko)));
}

/** Makes a version and a number of instances what is remembered, and can make it again what it was. */
export function promiseOf(
  place: Place,
  { funko, version, versions, count, workers, isShared }: Wish,
): Promised {
  const { engine } = place;
  const before = keptVersion(funko, versions);
  const isOtherCount = count !== (ownCount(funko, version) ?? 1);
  const isOther = before !== version && !isShared;
  const tag = inServiceTag(funko);
  const served = servedTag(funko, version.number);
  const isFirst = !version.image.tags.includes(served);
  const images = versions.map(({ image }) => image);
  const endsSplit = !isShared && splitOf(funko, images) !== undefined;
  return {
    keep: async () => {
      // The number first: by the tag it becomes true together with the version.
      if (isOtherCount) await keepCount(engine, funko, version, count);
      await keepWorkerCounts(engine, funko, version, workers);
      const tags = [...(isOther ? [tag] : []), ...(isFirst ? [served] : [])];
      for (const each of tags) await tagImage(engine, version.image.id, each);
      if (endsSplit) await beginSplitWork(place, funko, 'end', version);
      await forgetLeaving(place, funko, images);
    },
    takeBack: async () => {
      if (endsSplit) await finishSplitWork(place, funko);
      if (isOther && before) await tagImage(engine, before.image.id, tag);
      else if (isOther) await removeImage(engine, tag);
      if (isFirst) await removeImage(engine, served);
      if (isOtherCount) await putBackCount(engine, funko, version, count);
      await putBackWorkerCounts(engine, funko, version, workers);
    },
  };
}

/** How a funko is being taken away: somebody began to, and has not finished it. */
export function leaveOf({ network }: Place, funko: string, images: readonly Image[]): Leave | undefined {
  const tags = new Set(images.flatMap((image) => image.tags));
  return LEAVES.findLast((leave) => tags.has(leavingTag(funko, leave, network)));
}

/** Remembers that a funko is being taken away. @param images the funko's own; where there is none nothing can be remembered */
export async function beginLeaving(
  { engine, network }: Place,
  funko: string,
  leave: Leave,
  images: readonly Image[],
): Promise<void> {
  if (images[0]) await tagImage(engine, images[0].id, leavingTag(funko, leave, network));
}

/** It is out of service, and nothing is remembered but its versions. */
export async function endLeaving({ engine, network }: Place, funko: string): Promise<void> {
  await removeImage(engine, inServiceTag(funko));
  for (const leave of LEAVES) await removeImage(engine, leavingTag(funko, leave, network));
}

async function forgetLeaving(place: Place, funko: string, images: readonly Image[]): Promise<void> {
  if (leaveOf(place, funko, images) === undefined) return;
  for (const leave of LEAVES) await removeImage(place.engine, leavingTag(funko, leave, place.network));
}
