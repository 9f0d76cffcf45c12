/** Frees what old versions take. */
import { listContainers } from '../docker/containers.ts';
import type { Engine } from '../docker/engine.ts';
import { listImages, removeImage } from '../docker/images.ts';
import { LABEL } from '../funko/naming.ts';
import { countTags } from './asked-count.ts';
import { oldVersions } from './old-versions.ts';
import { splitTags } from './splits.ts';

/**
 * Removes the versions of a funko that can go (`oldVersions`). Nothing else may be done with the funko meanwhile.
 * @param keep how many of the newest stay
 * @returns the tags that are gone
 * Throws `engine_*`.
 */
export async function pruneVersions(engine: Engine, funko: string, keep: number): Promise<string[]> {
  const [images, rows] = await Promise.all([
    listImages(engine, { label: `${LABEL.funko}=${funko}` }),
    listContainers(engine),
  ]);
  const removed: string[] = [];
  for (const version of oldVersions(funko, images, rows, keep)) {
    const { tag } = version;
    // What is remembered of it first: such a tag alone would keep the image, and nobody would find it any more.
    for (const count of countTags(funko, version)) await removeImage(engine, count.tag);
    for (const split of splitTags(funko, [version.image])) await removeImage(engine, split);
    // One that a container was made of just now stays.
    if (await removeImage(engine, tag)) removed.push(tag);
  }
  return removed;
}

/**
 * Removes what builds of a funko left that were cut off before their image got its tags. No build of it may go on.
 * Throws `engine_*`.
 */
export async function discardUntagged(engine: Engine, funko: string): Promise<void> {
  const images = await listImages(engine, { label: `${LABEL.funko}=${funko}` });
  for (const { id, tags } of images) if (tags.length === 0) await removeImage(engine, id);
}
