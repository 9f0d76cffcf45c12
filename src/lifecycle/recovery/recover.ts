/**
 * Finishes or undoes what a killed process or engine interrupted. What has to be done is read from the
 * engine alone. What was not committed yet (state/desired-state.ts) is undone; the rest is finished. Nothing is removed but what
 * carries the label that only FaaSO gives, and only where a tag says what should be there instead.
 */
import { listContainers } from '../../docker/containers.ts';
import { stuckStarts } from '../../docker/stuck-start.ts';
import { listImages, tagImage } from '../../docker/images.ts';
import { removeContainer, restartContainer } from '../../docker/instance-calls.ts';
import { dropOtherCounts, desiredCount } from '../state/desired-scale.ts';
import { down } from '../operations/down.ts';
import { interruptedReleases, removeRelease } from '../rollout/interrupted-release.ts';
import { removePreviews, previewsBeingRemoved } from '../rollout/remove-preview.ts';
import { managedInstances, ownerOf } from '../state/managed.ts';
import { committedVersion, removalOf } from '../state/desired-state.ts';
import { isCutOff } from '../operations/prune.ts';
import { remove } from '../operations/remove.ts';
import type { OperationContext } from '../context.ts';
import { isSplitUnfinished, recoverSplit } from './recover-split.ts';
import { splitOf } from '../state/split-state.ts';
import { carryOut, planFor } from '../operations/up.ts';
import { versionInService, versionsOf } from '../state/version-list.ts';
import { dropOtherWorkerCounts, workersFor } from '../state/worker-count.ts';
import {
  isAnyCommitted,
  isUnfinished,
  isUnserved,
  lacksLatest,
  mayBeUnfinished,
  ofFunko,
  startedBy,
  startedHere,
  neverStarted,
  wrongOnes,
  type RecoveryPicture,
} from './unfinished.ts';
import { servedTag, inServiceTag, latestTag } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';

/** What was done, for a log. */
export interface Recovered {
  readonly funko: string;
  readonly started: readonly string[];
  readonly removed: readonly string[];
}

/** The funkos of which something may be unfinished, or that a build left an image without a tag of. Throws `engine_*`. */
export async function interruptedFunkos(context: OperationContext, signal?: AbortSignal): Promise<string[]> {
  const picture = await look(context, undefined, signal);
  const labels = [...picture.images, ...picture.rows].map((one) => one.labels[LABEL.funko]);
  const names = [...new Set(labels)].filter((name) => name !== undefined);
  return names.filter((name) => {
    const own = ofFunko(name, picture);
    return (
      mayBeUnfinished(context, name, own) || own.images.some((image) => isCutOff(context.network, image))
    );
  });
}

/**
 * Restarts FaaSO's own instances and previews of this network whose program never began and never will by itself: they may be promised,
 * and what is not is removed like any other that is too much. Throws `engine_*`.
 */
export async function restartStuckStarts({ engine, network, traffic }: OperationContext): Promise<void> {
  const rows = await listContainers(engine, { label: LABEL.funko });
  const own = rows.filter(
    (row) => row.status === 'running' && network in row.networks && ownerOf(row) !== undefined,
  );
  // What is ready has a program: nearly all, and they need not be looked at.
  const carried = own.length === 0 ? [] : await traffic.instances();
  const ready = new Set(carried.filter(({ state }) => state === 'ready').map(({ id }) => id));
  const ids = own.map(({ id }) => id).filter((id) => !ready.has(id));
  for (const id of await stuckStarts(engine, ids))
    await restartContainer(engine, id).catch(async () => removeContainer(engine, id));
}

/**
 * Finishes or undoes what was begun with one funko. Nothing else may be done with it meanwhile.
 * @returns undefined if there was nothing to do
 * Throws as `up` does.
 */
export async function recover(context: OperationContext, funko: string): Promise<Recovered | undefined> {
  const picture = await look(context, funko);
  if (!isUnfinished(context, funko, picture)) return undefined;
  const leave = removalOf(context, funko, picture.images);
  if (leave !== undefined) {
    const { removed } = await (leave === 'down' ? down : remove)(context, funko);
    return { funko, started: [], removed };
  }
  const releases = interruptedReleases(context, funko, picture.rows);
  for (const row of releases) await removeRelease(context, row);
  const created = neverStarted(context, funko, picture);
  for (const { id } of created) await removeContainer(context.engine, id);
  const here = { images: picture.images, rows: startedHere(context, picture.rows) };
  const previews = await removePreviews(
    context,
    funko,
    previewsBeingRemoved(context, funko, picture.images),
    here,
  );
  const done = await recoverInstances(context, funko, await look(context, funko));
  const gone = [...releases, ...created].map(({ name }) => name);
  return { funko, ...done, removed: [...gone, ...previews, ...done.removed] };
}

/** What there is of it is as the tags say it should be. */
async function recoverInstances(
  context: OperationContext,
  funko: string,
  picture: RecoveryPicture,
): Promise<Omit<Recovered, 'funko'>> {
  const isAdopted = await setTags(context, funko, picture);
  const own = startedBy(context, funko, picture);
  if (isSplitUnfinished(context, funko, picture.images, own)) {
    const shared = await recoverSplit(context, funko, picture.images);
    return shared ?? toDesiredState(context, funko, await look(context, funko), isAdopted);
  }
  if (splitOf(funko, picture.images)) return { started: [], removed: [] };
  return toDesiredState(context, funko, isAdopted ? await look(context, funko) : picture, isAdopted);
}

/**
 * Sets the tags that follow from what there is.
 * @returns whether what runs, the first that ever did or did again, was taken for what is wanted
 */
async function setTags(
  context: OperationContext,
  funko: string,
  { images, rows }: RecoveryPicture,
): Promise<boolean> {
  const versions = versionsOf(funko, images);
  const { engine } = context;
  const newest = lacksLatest(context, funko, versions);
  if (newest) await tagImage(engine, newest.image.id, latestTag(funko));
  for (const version of versions) {
    await dropOtherCounts(engine, funko, version);
    await dropOtherWorkerCounts(engine, funko, version);
  }
  const kept = committedVersion(funko, versions);
  if (kept && isUnserved(funko, kept)) await tagImage(engine, kept.image.id, servedTag(funko, kept.number));
  if (isAnyCommitted(funko, images)) return false;
  const runs = versionInService(managedInstances(funko, rows));
  const running = versions.find(({ number }) => number === runs);
  if (running) {
    await tagImage(engine, running.image.id, inServiceTag(funko));
    await tagImage(engine, running.image.id, servedTag(funko, running.number));
  }
  return running !== undefined;
}

/** @param all whether what is missing is started, though nothing is wrong with what is there */
async function toDesiredState(
  context: OperationContext,
  funko: string,
  picture: RecoveryPicture,
  all: boolean,
): Promise<Omit<Recovered, 'funko'>> {
  const versions = versionsOf(funko, picture.images);
  const version = committedVersion(funko, versions);
  if (!version || (!all && wrongOnes(context, funko, picture, version).length === 0))
    return { started: [], removed: [] };
  const workers = workersFor(funko, version);
  const wanted = { funko, version, versions, count: desiredCount(funko, version) ?? 1, workers };
  const plan = await planFor(context, wanted, startedBy(context, funko, picture));
  const kept = new Set([...plan.keep, ...plan.workers.keep].map(({ name }) => name));
  const {
    instances,
    workers: run = [],
    replaced,
  } = await carryOut(context, wanted, plan, {
    steadyMs: 0,
    onEvent: () => undefined,
    signal: undefined,
  });
  return { started: [...instances, ...run].filter((name) => !kept.has(name)), removed: replaced };
}

async function look(
  { engine }: OperationContext,
  funko?: string,
  signal?: AbortSignal,
): Promise<RecoveryPicture> {
  const label = funko === undefined ? LABEL.funko : `${LABEL.funko}=${funko}`;
  const [images, rows] = await Promise.all([
    listImages(engine, { label }, signal),
    listContainers(engine, { label }, signal),
  ]);
  return { images, rows };
}
