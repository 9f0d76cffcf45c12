/**
 * How many instances are asked for. The number belongs to a version: its image's scale tag, else its manifest; a new
 * version with neither takes over the number of the one that runs. So it outlives every container, and a rollback
 * brings it back with the version.
 */
import type { Engine } from '../../docker/engine/engine.ts';
import { removeImage, tagImage } from '../../docker/images.ts';
import { manifestOf } from './manifest-of.ts';
import type { Version } from './version-list.ts';
import { scaleOfTag, scaleTag } from '../../funko/naming/version.ts';

/**
 * What a version asks for itself; undefined if it says nothing. Two tags exist only after an interruption between
 * setting one and removing the other: then neither was promised yet, and the larger number serves everybody.
 */
export function desiredCount(funko: string, version: Version): number | undefined {
  const tagged = countTags(funko, version).map(({ count }) => count);
  return tagged.length > 0 ? Math.max(...tagged) : manifestOf(version).scale;
}

/**
 * What is asked for when a version goes into service.
 * @param current the version that runs now, if there is one that still has its image
 */
export function countFor(funko: string, version: Version, current: Version | undefined): number {
  return desiredCount(funko, version) ?? (current && desiredCount(funko, current)) ?? 1;
}

/** Stores the wanted number of instances of a version. Throws `engine_*`. */
export async function commitCount(
  engine: Engine,
  funko: string,
  version: Version,
  count: number,
): Promise<void> {
  const tag = scaleTag(funko, version.number, count);
  await tagImage(engine, version.image.id, tag);
  const others = countTags(funko, version).filter((one) => one.tag !== tag);
  for (const other of others) await removeImage(engine, other.tag);
}

/** Keeps the valid one of two numbers that an interruption left. Throws `engine_*`. */
export async function dropOtherCounts(engine: Engine, funko: string, version: Version): Promise<void> {
  const tags = countTags(funko, version);
  if (tags.length > 1) await commitCount(engine, funko, version, Math.max(...tags.map(({ count }) => count)));
}

/** Makes it as it was before `keepCount`. Throws `engine_*`. */
export async function revertCount(
  engine: Engine,
  funko: string,
  before: Version,
  count: number,
): Promise<void> {
  for (const { tag } of countTags(funko, before)) await tagImage(engine, before.image.id, tag);
  const tag = scaleTag(funko, before.number, count);
  if (!before.image.tags.includes(tag)) await removeImage(engine, tag);
}

/** The tags by which a version's number is remembered; they keep its image alive. */
export function countTags(
  funko: string,
  { number, image }: Version,
): { readonly tag: string; readonly count: number }[] {
  return image.tags.flatMap((tag) => {
    const count = scaleOfTag(funko, number, tag);
    return count === undefined ? [] : [{ tag, count }];
  });
}
