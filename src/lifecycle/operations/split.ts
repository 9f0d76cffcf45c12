/** Shares the requests to a funko between two versions. */
import type { ContainerRow } from '../../docker/containers.ts';
import { removeImage, tagImage, type Image } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import type { Split } from '../../funko/naming/split.ts';
import { countFor } from '../state/desired-scale.ts';
import { checkName } from '../state/check-name.ts';
import type { SplitRequest, SplitResult, UpEvent } from '../../api/funko-api.ts';
import { ofImage, managedPreviews, presentOf } from '../state/managed.ts';
import { committedVersion } from '../state/desired-state.ts';
import { drainAndRemove } from '../rollout/stop-instance.ts';
import { checkSecrets } from './secret.ts';
import type { OperationContext } from '../context.ts';
import { beginSplitWork, dropSplit, finishSplitWork, keepSplit, splitOf } from '../state/split-state.ts';
import { nothingBuilt } from '../state/not-found.ts';
import { carryOut, planFor } from './up.ts';
import { pickVersion, versionInService, versionsOf, type Version } from '../state/version-list.ts';
import { workersFor } from '../state/worker-count.ts';
import { observe } from '../state/observe.ts';
import { inServiceTag, parseVersion, formatVersion } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';

interface SplitState {
  readonly funko: string;
  readonly images: readonly Image[];
  readonly versions: readonly Version[];
  readonly rows: readonly ContainerRow[];
  /** All instances that FaaSO started, of whatever version; no previews. */
  readonly own: readonly ContainerRow[];
  /** Their workers. */
  readonly workers: readonly ContainerRow[];
}

type OnSplitEvent = (event: UpEvent) => void;

/**
 * Tells how a funko's requests are shared, or shares them: both versions are brought into service, each with as many
 * instances as are asked for of it, and what is of neither goes. The weights outlive a restart of everything; `up`,
 * `rollback` and `down` end them. If an instance does not get ready, all is as it was before.
 * Throws `bad_name`, `bad_request` for weights that are not allowed, `unknown_funko`, `unknown_version`, `missing_secret`, `not_ready`,
 * `conflict`, `cancelled`, `engine_*`.
 */
export async function split(
  context: OperationContext,
  request: SplitRequest,
  onEvent: OnSplitEvent,
  signal?: AbortSignal,
): Promise<SplitResult> {
  const wanted = request.weights && checkWeights(request.weights);
  const before = await find(context, checkName(request.name), signal);
  if (!wanted) return resultOf(before, splitOf(before.funko, before.images));
  await context.host.prepare(signal);
  const pair = pairOf(before, wanted);
  for (const version of pair) await checkSecrets(context, before.funko, version, signal);
  await begin(context, before, wanted, pair);
  try {
    for (const version of pair) await bring(context, before, version, request, onEvent, signal);
    await keepOne(context, before, wanted, pair);
  } catch (error) {
    await takeBack(context, before, onEvent);
    throw error;
  }
  const leaving = leavingOf(before, pair);
  await Promise.all(leaving.map(async (row) => drainAndRemove(context, row, onEvent)));
  await finishSplitWork(context, before.funko);
  return resultOf(await find(context, before.funko), wanted, before);
}

async function find(context: OperationContext, funko: string, signal?: AbortSignal): Promise<SplitState> {
  const { images, rows } = await observe(context.engine, signal);
  const versions = versionsOf(funko, images);
  if (versions.length === 0) throw await nothingBuilt(context, funko, images, signal);
  const { instances: own, workers } = presentOf(funko, rows);
  return { funko, images, versions, rows, own, workers };
}

/** The weights as they are kept, the lower version first. Throws `bad_request`. */
function checkWeights(weights: Readonly<Record<string, number>>): Split {
  const shares = Object.entries(weights).map(([name, weight]) => ({ version: parseVersion(name), weight }));
  shares.sort((a, b) => (a.version ?? 0) - (b.version ?? 0));
  const [first, second, ...more] = shares;
  const areWhole = shares.every(({ weight }) => Number.isInteger(weight) && weight >= 0 && weight <= 100);
  if (areWhole && first?.version !== undefined && second?.version !== undefined && more.length === 0) {
    const [low, high] = [
      { version: first.version, weight: first.weight },
      { version: second.version, weight: second.weight },
    ];
    if (low.weight + high.weight === 100) return [low, high];
  }
  const given = Object.entries(weights).map(([name, weight]) => `${name}=${weight}`);
  const rule = 'it takes two versions and whole percentages that make 100, e.g. v7=90 v8=10';
  throw new FaasoError('bad_request', `The weights are "${given.join(' ')}"; ${rule}.`);
}

/** The versions that are meant, the lower one first. Throws `unknown_version`. */
function pairOf({ funko, versions }: SplitState, [low, high]: Split): readonly [Version, Version] {
  return [
    pickVersion(funko, versions, formatVersion(low.version)),
    pickVersion(funko, versions, formatVersion(high.version)),
  ];
}

/**
 * Before anything is started every worker knows the weights: a canary never gets more than its share. And from here on it is
 * finished, by somebody else if need be (recovery/recover-split.ts).
 */
async function begin(
  context: OperationContext,
  { funko, images }: SplitState,
  wanted: Split,
  [, high]: readonly [Version, Version],
): Promise<void> {
  await beginSplitWork(context, funko, 'set', high);
  await keepSplit(context.engine, funko, wanted, high, images);
  await context.traffic.readSplits();
}

/** Starts what is missing of a version. */
async function bring(
  context: OperationContext,
  { funko, versions, own, workers }: SplitState,
  version: Version,
  request: SplitRequest,
  onEvent: OnSplitEvent,
  signal: AbortSignal | undefined,
): Promise<void> {
  const runs = versionInService(own);
  const current = versions.find(({ number }) => number === runs);
  const wanted = {
    funko,
    version,
    versions,
    count: countFor(funko, version, current),
    workers: workersFor(funko, version, current),
  };
  const mine = ofImage(version.image.id, { instances: own, workers });
  const plan = await planFor(context, wanted, mine, signal);
  await carryOut(context, wanted, plan, { ...request, isShared: true, onEvent, signal });
}

/** The version in service serves alone if the other can't. It stays in service; else the version with the larger share is taken. */
async function keepOne(
  { engine }: OperationContext,
  { funko, versions }: SplitState,
  [low, high]: Split,
  pair: readonly [Version, Version],
): Promise<void> {
  const kept = committedVersion(funko, versions);
  if (kept && pair.includes(kept)) return;
  const { image } = pair[low.weight > high.weight ? 0 : 1];
  await tagImage(engine, image.id, inServiceTag(funko));
}

/** What is of neither version, and previews whose URL leads to what is in service now. */
function leavingOf({ funko, own, workers, rows }: SplitState, pair: readonly Version[]): ContainerRow[] {
  const others = [...own, ...workers].filter(
    ({ imageId }) => !pair.some(({ image }) => image.id === imageId),
  );
  return [...others, ...pair.flatMap(({ number }) => managedPreviews(funko, rows, number))];
}

/** Makes it as it was: the instances that are new go, and what is remembered is what was before. */
async function takeBack(context: OperationContext, before: SplitState, onEvent: OnSplitEvent): Promise<void> {
  const now = await find(context, before.funko);
  const fresh = [...without(now.own, before.own), ...without(now.workers, before.workers)];
  await Promise.all(fresh.map(async (row) => drainAndRemove(context, row, onEvent)));
  const kept = committedVersion(before.funko, before.versions);
  const tag = inServiceTag(before.funko);
  if (kept) await tagImage(context.engine, kept.image.id, tag);
  else await removeImage(context.engine, tag);
  const split = splitOf(before.funko, before.images);
  const version = split && before.versions.find(({ number }) => number === split[1].version);
  if (split && version) await keepSplit(context.engine, before.funko, split, version, now.images);
  else await dropSplit(context, before.funko, now.images);
  await finishSplitWork(context, before.funko);
  await context.traffic.readSplits();
}

function resultOf(now: SplitState, split: Split | undefined, before: SplitState = now): SplitResult {
  const shares = (split ?? []).map(({ version, weight }) => ({
    version: formatVersion(version),
    weight,
    instances: namesOf(now.own.filter(({ labels }) => labels[LABEL.version] === formatVersion(version))),
  }));
  return {
    funko: now.funko,
    split: shares,
    started: namesOf(without(now.own, before.own)),
    removed: namesOf(without(before.own, now.own)),
  };
}

function without(rows: readonly ContainerRow[], others: readonly ContainerRow[]): ContainerRow[] {
  const known = new Set(others.map(({ id }) => id));
  return rows.filter(({ id }) => !known.has(id));
}

function namesOf(rows: readonly ContainerRow[]): string[] {
  return rows.map(({ name }) => name);
}
