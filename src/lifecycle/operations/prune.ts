/** Frees what old versions take. */
import type { Engine } from '../../docker/engine/engine.ts';
import { listImages, removeImage, type Image } from '../../docker/images.ts';
import { releasedTag } from '../../funko/naming/process.ts';
import { countTags } from '../state/desired-scale.ts';
import { allLayers, diskOf } from './disk-use.ts';
import { oldVersions } from '../state/old-versions.ts';
import { splitTags } from '../state/split-state.ts';
import type { OperationContext } from '../context.ts';
import type { Version } from '../state/version-list.ts';
import { workerCountTags } from '../state/worker-count.ts';
import { observe } from '../state/observe.ts';
import { servedTag } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';

/** What may stay of a funko. */
export interface Tidiness {
  /** How many of the newest versions. */
  readonly keep: number;
  /** How many bytes all versions may take; 0: any number. Beyond that newer ones go too, but never the newest. */
  readonly bytes: number;
}

/**
 * Removes the versions of a funko that can go (`oldVersions`). Nothing else may be done with the funko meanwhile.
 * @returns the tags that are gone
 * Throws `engine_*`.
 */
export async function pruneVersions(
  engine: Engine,
  funko: string,
  { keep, bytes }: Tidiness,
): Promise<string[]> {
  const { images, rows } = await observe(engine, undefined, funko);
  const removed: string[] = [];
  for (const version of oldVersions(funko, images, rows, keep))
    removed.push(...(await removeVersion(engine, funko, version)));
  if (bytes === 0) return removed;
  const mayGo = oldVersions(funko, images, rows, 1).filter(({ tag }) => !removed.includes(tag));
  // The oldest first, and measured again after each: what a removal frees depends on what the others are built on.
  for (const version of mayGo.toReversed()) {
    if ((await takenBy(engine, funko)) <= bytes) break;
    removed.push(...(await removeVersion(engine, funko, version)));
  }
  return removed;
}

async function takenBy(engine: Engine, funko: string): Promise<number> {
  const images = await listImages(engine);
  return diskOf(funko, images, await allLayers(engine, images)).bytes;
}

async function removeVersion(engine: Engine, funko: string, version: Version): Promise<string[]> {
  const { tag } = version;
  // What is remembered of it first: such a tag alone would keep the image, and nobody would find it any more.
  const counts = [...countTags(funko, version), ...workerCountTags(funko, version)];
  for (const { tag: count } of counts) await removeImage(engine, count);
  await removeImage(engine, servedTag(funko, version.number));
  await removeImage(engine, releasedTag(funko, version.number));
  for (const split of splitTags(funko, [version.image])) await removeImage(engine, split);
  // One that a container was made of just now stays.
  return (await removeImage(engine, tag)) ? [tag] : [];
}

/**
 * Removes what interrupted builds of a funko left before their image got its tags. No build of it may be running.
 * Throws `engine_*`.
 */
export async function discardUntagged(engine: Engine, funko: string): Promise<void> {
  const images = await listImages(engine, { label: `${LABEL.funko}=${funko}` });
  for (const { id, tags } of images) if (tags.length === 0) await removeImage(engine, id);
}

/** An image without a tag that was built for a network. Another network's is being built, for all that is known. */
export function isCutOff(network: string, { tags, labels }: Image): boolean {
  return tags.length === 0 && labels[LABEL.network] === network;
}

/** As `discardUntagged`, of what was built for this network only: elsewhere a build of it may be running. Throws `engine_*`. */
export async function discardCutOff(
  { engine, network }: Pick<OperationContext, 'engine' | 'network'>,
  funko: string,
): Promise<void> {
  const images = await listImages(engine, { label: `${LABEL.funko}=${funko}` });
  for (const image of images) if (isCutOff(network, image)) await removeImage(engine, image.id);
}
