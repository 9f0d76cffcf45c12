/**
 * How many containers of each worker are asked for. As with instances (desired-scale.ts) the number belongs to a version: a tag of its
 * image, else its manifest; a new version with neither takes over the number of the one that runs.
 */
import type { Engine } from '../../docker/engine/engine.ts';
import { removeImage, tagImage } from '../../docker/images.ts';
import { workerScaleOfTag, workerScaleTag } from '../../funko/naming/process.ts';
import { workersOf, type Worker } from '../../funko/processes.ts';
import { manifestOf } from './manifest-of.ts';
import type { Version } from './version-list.ts';

/** A worker of the version that is to run. */
export interface WantedWorker extends Pick<Worker, 'name' | 'command'> {
  readonly count: number;
}

interface CountTag {
  readonly tag: string;
  readonly worker: string;
  readonly count: number;
}

/**
 * The workers of a version, each with the number of containers that is asked for when it goes into service.
 * @param current the version that runs now, if there is one that still has its image
 * Throws `bad_manifest`.
 */
export function workersFor(funko: string, version: Version, current?: Version): WantedWorker[] {
  return workersOf(manifestOf(version)).map((worker) => ({
    name: worker.name,
    command: worker.command,
    count: ownWorkerCount(funko, version, worker) ?? (current && countIn(funko, current, worker.name)) ?? 1,
  }));
}

/** Stores the wanted numbers of a version's workers. Throws `engine_*`. */
export async function commitWorkerCounts(
  engine: Engine,
  funko: string,
  version: Version,
  workers: readonly WantedWorker[],
): Promise<void> {
  for (const { name, count } of changed(funko, version, workers)) {
    const tag = workerScaleTag(funko, version.number, name, count);
    await tagImage(engine, version.image.id, tag);
    const others = tagsOf(funko, version, name).filter((one) => one.tag !== tag);
    for (const other of others) await removeImage(engine, other.tag);
  }
}

/** Whether an interruption left two numbers of a worker. */
export function hasOtherWorkerCounts(funko: string, version: Version): boolean {
  const workers = workerCountTags(funko, version).map(({ worker }) => worker);
  return new Set(workers).size < workers.length;
}

/** Of such numbers those that count stay. Throws `engine_*`. */
export async function dropOtherWorkerCounts(engine: Engine, funko: string, version: Version): Promise<void> {
  const tags = workerCountTags(funko, version);
  for (const { tag, worker, count } of tags) {
    const isLess = tags.some((other) => other.worker === worker && other.count > count);
    if (isLess) await removeImage(engine, tag);
  }
}

/** Makes it as it was before `keepWorkerCounts`. Throws `engine_*`. */
export async function revertWorkerCounts(
  engine: Engine,
  funko: string,
  before: Version,
  workers: readonly WantedWorker[],
): Promise<void> {
  for (const { name, count } of changed(funko, before, workers)) {
    for (const { tag } of tagsOf(funko, before, name)) await tagImage(engine, before.image.id, tag);
    const tag = workerScaleTag(funko, before.number, name, count);
    if (!before.image.tags.includes(tag)) await removeImage(engine, tag);
  }
}

/** The tags by which the numbers of a version's workers are remembered; they keep its image alive. */
export function workerCountTags(funko: string, { number, image }: Version): CountTag[] {
  return image.tags.flatMap((tag) => {
    const found = workerScaleOfTag(funko, number, tag);
    return found === undefined ? [] : [{ tag, ...found }];
  });
}

function changed(funko: string, version: Version, workers: readonly WantedWorker[]): WantedWorker[] {
  return workers.filter(({ name, count }) => count !== (countIn(funko, version, name) ?? 1));
}

/** What a version asks for itself; undefined if it has no such worker, or says nothing. */
function countIn(funko: string, version: Version, name: string): number | undefined {
  const worker = workersOf(manifestOf(version)).find((one) => one.name === name);
  return worker && ownWorkerCount(funko, version, worker);
}

function ownWorkerCount(funko: string, version: Version, { name, scale }: Worker): number | undefined {
  const tagged = tagsOf(funko, version, name).map(({ count }) => count);
  return tagged.length > 0 ? Math.max(...tagged) : scale;
}

function tagsOf(funko: string, version: Version, name: string): CountTag[] {
  return workerCountTags(funko, version).filter(({ worker }) => worker === name);
}
