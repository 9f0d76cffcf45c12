/** Which funkos share their requests between two versions: told by tags of their images alone. */
import type { Engine } from '../../docker/engine/engine.ts';
import { removeImage, tagImage, type Image } from '../../docker/images.ts';
import { splitOfTag, splitTag, splitWorkTag, type Split } from '../../funko/naming/split.ts';
import type { OperationContext } from '../context.ts';
import type { Version } from './version-list.ts';
import { LABEL } from '../../funko/naming/labels.ts';

/** What is done with a split: until it is done, a tag remembers it. */
export type SplitWork = 'set' | 'end';

const WORKS: readonly SplitWork[] = ['set', 'end'];

/** The engine, and which network it is about. */
type SplitPlace = Pick<OperationContext, 'engine' | 'network'>;

/**
 * The split of a funko; undefined if it has none. Two exist only after an interruption between setting one and
 * removing the other: then either is as good, but everybody must take the same one.
 */
export function splitOf(funko: string, images: readonly Image[]): Split | undefined {
  const [tag] = splitTags(funko, images);
  return tag === undefined ? undefined : splitOfTag(funko, tag);
}

/** All splits, by funko. */
export function splitsOf(images: readonly Image[]): Map<string, Split> {
  const funkos = new Set(images.map(({ labels }) => labels[LABEL.funko]));
  const splits = new Map<string, Split>();
  for (const funko of funkos) {
    const split = funko === undefined ? undefined : splitOf(funko, images);
    if (funko !== undefined && split) splits.set(funko, split);
  }
  return splits;
}

/** The tags by which splits of a funko are remembered, sorted. */
export function splitTags(funko: string, images: readonly Image[]): string[] {
  const own = images.filter(({ labels }) => labels[LABEL.funko] === funko);
  return own.flatMap(({ tags }) => tags.filter((tag) => splitOfTag(funko, tag) !== undefined)).sort();
}

/**
 * Remembers a split in place of any other one.
 * @param version one of the two
 * @param images as they were before
 * Throws `engine_*`.
 */
export async function keepSplit(
  engine: Engine,
  funko: string,
  split: Split,
  version: Version,
  images: readonly Image[],
): Promise<void> {
  const tag = splitTag(funko, split);
  await tagImage(engine, version.image.id, tag);
  for (const other of splitTags(funko, images)) if (other !== tag) await removeImage(engine, other);
}

/**
 * Forgets any split of a funko, and what was begun with one.
 * @param images as they were before
 * @returns whether there was one
 * Throws `engine_*`.
 */
export async function dropSplit(
  place: SplitPlace,
  funko: string,
  images: readonly Image[],
): Promise<boolean> {
  const tags = splitTags(funko, images);
  if (tags.length === 0 && splitWorkOf(place, funko, images) === undefined) return false;
  for (const tag of tags) await removeImage(place.engine, tag);
  await finishSplitWork(place, funko);
  return true;
}

/** What was begun with a funko's split and is not finished; undefined if nothing is. */
export function splitWorkOf(
  { network }: SplitPlace,
  funko: string,
  images: readonly Image[],
): SplitWork | undefined {
  const tags = new Set(images.flatMap((image) => image.tags));
  return WORKS.findLast((work) => tags.has(splitWorkTag(funko, work, network)));
}

/** Remembers that a split is being set, or ended. @param version any of the funko's that stays. Throws `engine_*`. */
export async function beginSplitWork(
  { engine, network }: SplitPlace,
  funko: string,
  work: SplitWork,
  version: Version,
): Promise<void> {
  await tagImage(engine, version.image.id, splitWorkTag(funko, work, network));
}

/** It is done, or undone. Throws `engine_*`. */
export async function finishSplitWork({ engine, network }: SplitPlace, funko: string): Promise<void> {
  for (const work of WORKS) await removeImage(engine, splitWorkTag(funko, work, network));
}
