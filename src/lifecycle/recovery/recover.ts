/**
 * Ends what others were cut off from: a process that was killed, an engine that was. What has to be done is read from the
 * engine alone. What was not promised yet (promise.ts) is undone, what was is finished. Nothing is taken away but what
 * carries the label that only FaaSO gives, and only where a tag says what should be there instead.
 */
import { listContainers, type ContainerRow } from '../../docker/containers.ts';
import { halfBorn } from '../../docker/stuck-start.ts';
import { listImages, tagImage, type Image } from '../../docker/images.ts';
import { removeContainer, restartContainer } from '../../docker/instances.ts';
import { LABEL, inServiceTag, latestTag, servedTag } from '../../funko/naming/naming.ts';
import { countTags, dropOtherCounts, ownCount } from '../state/desired-scale.ts';
import { down } from '../operations/down.ts';
import { interruptedReleases, removeRelease } from '../rollout/interrupted-release.ts';
import { leavePreviews, leavingPreviews } from '../rollout/remove-preview.ts';
import { ownInstances, ownPreviews, ownerOf, presentOf, type Present } from '../state/managed.ts';
import { keptVersion, leaveOf } from '../state/desired-state.ts';
import { isCutOff } from '../operations/prune.ts';
import { remove } from '../operations/remove.ts';
import type { Site } from '../context.ts';
import { isSplitUnfinished, settleSplit } from './recover-split.ts';
import { splitOf } from '../state/splits.ts';
import { carryOut, planFor } from '../operations/up.ts';
import { versionInService, versionsOf, type Version } from '../state/versions.ts';
import { dropOtherWorkerCounts, hasOtherWorkerCounts, workersFor } from '../state/worker-count.ts';
import { wrongWorkers } from '../rollout/worker-plan.ts';

/** What was done, for a log. */
export interface Settled {
  readonly funko: string;
  readonly started: readonly string[];
  readonly removed: readonly string[];
}

interface Picture {
  readonly images: readonly Image[];
  readonly rows: readonly ContainerRow[];
}

/** The funkos of which something may be unfinished, or that a build left an image without a tag of. Throws `engine_*`. */
export async function unsettled(site: Site, signal?: AbortSignal): Promise<string[]> {
  const picture = await look(site, undefined, signal);
  const labels = [...picture.images, ...picture.rows].map((one) => one.labels[LABEL.funko]);
  const names = [...new Set(labels)].filter((name) => name !== undefined);
  return names.filter((name) => {
    const own = ofFunko(name, picture);
    return mayBeUnfinished(site, name, own) || own.images.some((image) => isCutOff(site.network, image));
  });
}

/**
 * Restarts FaaSO's own instances and previews of this network whose program never began and never will by itself: they may be promised,
 * and what is not is removed like any other that is too much. Throws `engine_*`.
 */
export async function reviveHalfBorn({ engine, network, traffic }: Site): Promise<void> {
  const rows = await listContainers(engine, { label: LABEL.funko });
  const own = rows.filter(
    (row) => row.status === 'running' && network in row.networks && ownerOf(row) !== undefined,
  );
  // What is ready has a program: nearly all, and they need not be looked at.
  const carried = own.length === 0 ? [] : await traffic.instances();
  const ready = new Set(carried.filter(({ state }) => state === 'ready').map(({ id }) => id));
  const ids = own.map(({ id }) => id).filter((id) => !ready.has(id));
  for (const id of await halfBorn(engine, ids))
    await restartContainer(engine, id).catch(async () => removeContainer(engine, id));
}

/**
 * Finishes or undoes what was begun with one funko. Nothing else may be done with it meanwhile.
 * @returns undefined if there was nothing to do
 * Throws as `up` does.
 */
export async function settle(site: Site, funko: string): Promise<Settled | undefined> {
  const picture = await look(site, funko);
  if (!isUnfinished(site, funko, picture)) return undefined;
  const leave = leaveOf(site, funko, picture.images);
  if (leave !== undefined) {
    const { removed } = await (leave === 'down' ? down : remove)(site, funko);
    return { funko, started: [], removed };
  }
  const releases = interruptedReleases(site, funko, picture.rows);
  for (const row of releases) await removeRelease(site, row);
  const unborn = unbornOf(site, funko, picture);
  for (const { id } of unborn) await removeContainer(site.engine, id);
  const here = { images: picture.images, rows: startedHere(site, picture.rows) };
  const previews = await leavePreviews(site, funko, leavingPreviews(site, funko, picture.images), here);
  const done = await settleInstances(site, funko, await look(site, funko));
  const gone = [...releases, ...unborn].map(({ name }) => name);
  return { funko, ...done, removed: [...gone, ...previews, ...done.removed] };
}

/** What there is of it is as the tags say it should be. */
async function settleInstances(site: Site, funko: string, picture: Picture): Promise<Omit<Settled, 'funko'>> {
  const isAdopted = await setTags(site, funko, picture);
  const own = startedBy(site, funko, picture);
  if (isSplitUnfinished(site, funko, picture.images, own)) {
    const shared = await settleSplit(site, funko, picture.images);
    return shared ?? asPromised(site, funko, await look(site, funko), isAdopted);
  }
  if (splitOf(funko, picture.images)) return { started: [], removed: [] };
  return asPromised(site, funko, isAdopted ? await look(site, funko) : picture, isAdopted);
}

/**
 * Sets the tags that follow from what there is.
 * @returns whether what runs, the first that ever did or did again, was taken for what is wanted
 */
async function setTags(site: Site, funko: string, { images, rows }: Picture): Promise<boolean> {
  const versions = versionsOf(funko, images);
  const { engine } = site;
  const newest = lacksLatest(site, funko, versions);
  if (newest) await tagImage(engine, newest.image.id, latestTag(funko));
  for (const version of versions) {
    await dropOtherCounts(engine, funko, version);
    await dropOtherWorkerCounts(engine, funko, version);
  }
  const kept = keptVersion(funko, versions);
  if (kept && isUnserved(funko, kept)) await tagImage(engine, kept.image.id, servedTag(funko, kept.number));
  if (hasKept(funko, images)) return false;
  const runs = versionInService(ownInstances(funko, rows));
  const running = versions.find(({ number }) => number === runs);
  if (running) {
    await tagImage(engine, running.image.id, inServiceTag(funko));
    await tagImage(engine, running.image.id, servedTag(funko, running.number));
  }
  return running !== undefined;
}

/** @param all whether what is missing is started, though nothing is wrong with what is there */
async function asPromised(
  site: Site,
  funko: string,
  picture: Picture,
  all: boolean,
): Promise<Omit<Settled, 'funko'>> {
  const versions = versionsOf(funko, picture.images);
  const version = keptVersion(funko, versions);
  if (!version || (!all && wrongOnes(site, funko, picture, version).length === 0))
    return { started: [], removed: [] };
  const workers = workersFor(funko, version);
  const wanted = { funko, version, versions, count: ownCount(funko, version) ?? 1, workers };
  const plan = await planFor(site, wanted, startedBy(site, funko, picture));
  const kept = new Set([...plan.keep, ...plan.workers.keep].map(({ name }) => name));
  const {
    instances,
    workers: run = [],
    replaced,
  } = await carryOut(site, wanted, plan, {
    steadyMs: 0,
    onEvent: () => undefined,
    signal: undefined,
  });
  return { started: [...instances, ...run].filter((name) => !kept.has(name)), removed: replaced };
}

/** A version with a manifest that this FaaSO can't read must not keep other funkos from theirs: its own settling says so. */
function mayBeUnfinished(site: Site, funko: string, picture: Picture): boolean {
  try {
    return isUnfinished(site, funko, picture);
  } catch {
    return true;
  }
}

function isUnfinished(site: Site, funko: string, picture: Picture): boolean {
  const { images } = picture;
  if (leaveOf(site, funko, images) !== undefined) return true;
  if (interruptedReleases(site, funko, picture.rows).length > 0) return true;
  const own = startedBy(site, funko, picture);
  if (unbornOf(site, funko, picture).length > 0 || leavingPreviews(site, funko, images).length > 0)
    return true;
  if (isSplitUnfinished(site, funko, images, own)) return true;
  const versions = versionsOf(funko, images);
  if (lacksLatest(site, funko, versions)) return true;
  if (versions.some((version) => hasOtherCounts(funko, version))) return true;
  const version = keptVersion(funko, versions);
  if (version) return isUnserved(funko, version) || wrongOnes(site, funko, picture, version).length > 0;
  return own.instances.length > 0 && !hasKept(funko, images);
}

/** The newest version, if it is not called so. One of another network may be being removed there just now. */
function lacksLatest({ network }: Site, funko: string, [newest]: readonly Version[]): Version | undefined {
  const isOurs = newest?.image.labels[LABEL.network] === network;
  return isOurs && !newest.image.tags.includes(latestTag(funko)) ? newest : undefined;
}

function hasOtherCounts(funko: string, version: Version): boolean {
  return countTags(funko, version).length > 1 || hasOtherWorkerCounts(funko, version);
}

/** Tags are set one after the other: the version is in service, and what says that it was is missing. */
function isUnserved(funko: string, { number, image }: Version): boolean {
  return !image.tags.includes(servedTag(funko, number));
}

/** Those that were made and never started, previews too. */
function unbornOf(site: Site, funko: string, picture: Picture): ContainerRow[] {
  const previews = startedHere(site, ownPreviews(funko, picture.rows));
  const { instances, workers } = startedBy(site, funko, picture);
  const all = [...instances, ...workers, ...previews];
  return all.filter(({ status }) => status === 'created');
}

/** Those that are of another version than is promised, and those that are too many. */
function wrongOnes(site: Site, funko: string, picture: Picture, version: Version): ContainerRow[] {
  const own = startedBy(site, funko, picture);
  // Of a split several versions are right, and weights say what each is worth.
  const isEmpty = own.instances.length + own.workers.length === 0;
  if (isEmpty || splitOf(funko, picture.images)) return [];
  const right = own.instances.filter(({ imageId }) => imageId === version.image.id);
  const others = own.instances.filter((row) => !right.includes(row));
  return [
    ...others,
    ...right.slice(ownCount(funko, version) ?? 1),
    ...wrongWorkers({ imageId: version.image.id, workers: workersFor(funko, version) }, own.workers),
  ];
}

/** Also of an image whose version's own tag somebody took away: then it is not known what it was. */
function hasKept(funko: string, images: readonly Image[]): boolean {
  return images.some(({ tags }) => tags.includes(inServiceTag(funko)));
}

/** What FaaSO itself started on this network, by number: another network is another proxy's. */
function startedBy(site: Site, funko: string, { rows }: Picture): Present {
  return presentOf(funko, startedHere(site, rows));
}

function startedHere({ network }: Site, rows: readonly ContainerRow[]): ContainerRow[] {
  return rows.filter(({ labels, networks }) => LABEL.instance in labels && network in networks);
}

async function look({ engine }: Site, funko?: string, signal?: AbortSignal): Promise<Picture> {
  const label = funko === undefined ? LABEL.funko : `${LABEL.funko}=${funko}`;
  const [images, rows] = await Promise.all([
    listImages(engine, { label }, signal),
    listContainers(engine, { label }, signal),
  ]);
  return { images, rows };
}

function ofFunko(funko: string, { images, rows }: Picture): Picture {
  const isIts = ({ labels }: { labels: Readonly<Record<string, string>> }): boolean =>
    labels[LABEL.funko] === funko;
  return { images: images.filter(isIts), rows: rows.filter(isIts) };
}
