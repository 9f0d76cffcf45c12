/** How many instances of a funko run, and how many are asked for. */
import { FaasoError } from '../../errors.ts';
import { MOST_INSTANCES } from '../../funko/naming/names.ts';
import { countFor } from '../state/desired-scale.ts';
import { checkName } from '../state/check-name.ts';
import type { ScaleRequest, ScaleResult, UpEvent } from '../../api/funko-api.ts';
import { isNamed } from '../state/instances-named.ts';
import { presentOf, type Present } from '../state/managed.ts';
import type { OperationContext } from '../context.ts';
import { splitOf } from '../state/split-state.ts';
import { nothingBuilt } from '../state/not-found.ts';
import { carryOut, planFor, type Wanted } from './up.ts';
import { versionInService, versionsOf, type Version } from '../state/version-list.ts';
import { workersFor } from '../state/worker-count.ts';
import { observe } from '../state/observe.ts';
import { formatVersion } from '../../funko/naming/version.ts';

interface ScaleState {
  readonly version: Version;
  readonly versions: readonly Version[];
  /** All instances that FaaSO started, of whatever version. */
  readonly present: Present;
  /** Whether its requests are shared between two versions. */
  readonly isSplit: boolean;
}

/**
 * Tells how many instances of the version that runs are asked for, or asks for another number: missing ones are started,
 * those that are too many are drained and go. If a new one does not get ready, the number stays as it was.
 * Throws `bad_name`, `bad_request` for a number that is not allowed, `not_found` for an unknown worker, `unknown_funko`,
 * `conflict` if nothing of it runs,
 * `unknown_version` if its image is gone, `not_ready`, `cancelled`, `engine_*`.
 */
export async function scale(
  context: OperationContext,
  request: ScaleRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<ScaleResult> {
  const funko = checkName(request.name);
  const { count } = request;
  if (count !== undefined) checkCount(count);
  const found = await find(context, funko, signal);
  if (count === undefined) return asIs(funko, found);
  if (found.isSplit) {
    const message = `The requests to "${funko}" are shared between two versions. End that before you scale it: faaso up ${funko} --version vN`;
    throw new FaasoError('conflict', message);
  }
  const { version } = found;
  const wanted = wantedOf(funko, found, count, request.worker);
  const plan = await planFor(context, wanted, found.present, signal);
  const kept = new Set([...plan.keep, ...plan.workers.keep].map(({ name }) => name));
  const done = await carryOut(context, wanted, plan, { ...request, onEvent, signal });
  const { worker } = request;
  const ofWorker = (name: string): boolean => worker !== undefined && isNamed(funko, worker, name);
  const instances = worker === undefined ? done.instances : (done.workers ?? []).filter(ofWorker);
  return {
    funko,
    version: formatVersion(version.number),
    ...(worker === undefined ? {} : { worker }),
    scale: count,
    instances,
    started: instances.filter((name) => !kept.has(name)),
    removed: done.replaced,
  };
}

/** @param worker whose number it is; of the instances if absent. Throws `not_found` for one that the version does not have */
function wantedOf(
  funko: string,
  { version, versions }: ScaleState,
  count: number,
  worker: string | undefined,
): Wanted {
  const workers = workersFor(funko, version);
  if (worker === undefined) return { funko, version, versions, count, workers };
  const known = workers.map(({ name }) => name);
  if (!known.includes(worker)) {
    const there = known.length === 0 ? 'It has none.' : `There are: ${known.join(', ')}.`;
    throw new FaasoError(
      'not_found',
      `${funko} ${formatVersion(version.number)} has no worker "${worker}". ${there}`,
    );
  }
  return {
    ...{ funko, version, versions, count: countFor(funko, version, undefined) },
    workers: workers.map((one) => (one.name === worker ? { ...one, count } : one)),
  };
}

function asIs(funko: string, { version, present }: ScaleState): ScaleResult {
  const workers = workersFor(funko, version).map(({ name, count }) => [name, count] as const);
  const running = present.instances.filter(
    ({ imageId, status }) => imageId === version.image.id && status === 'running',
  );
  return {
    funko,
    version: formatVersion(version.number),
    scale: countFor(funko, version, undefined),
    instances: running.map(({ name }) => name),
    started: [],
    removed: [],
    ...(workers.length === 0 ? {} : { workers: Object.fromEntries(workers) }),
  };
}

async function find(context: OperationContext, funko: string, signal?: AbortSignal): Promise<ScaleState> {
  const { images, rows } = await observe(context.engine, signal);
  const versions = versionsOf(funko, images);
  const present = presentOf(funko, rows);
  const own = present.instances;
  if (versions.length === 0 && own.length === 0) throw await nothingBuilt(context, funko, images, signal);
  const number = versionInService(own);
  if (number === undefined) {
    const message = `Nothing of "${funko}" runs, so there is nothing to scale. Start it with: faaso up ${funko}`;
    throw new FaasoError('conflict', message);
  }
  const version = versions.find((one) => one.number === number);
  if (version) return { version, versions, present, isSplit: splitOf(funko, images) !== undefined };
  const message = `"${funko}" runs ${formatVersion(number)}, whose image is gone, so it can't be scaled. Put another version into service with: faaso up ${funko}`;
  throw new FaasoError('unknown_version', message);
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MOST_INSTANCES) return;
  const message = `The number of instances is ${count}; it must be a whole number from 1 to ${MOST_INSTANCES}. For none there is: faaso down`;
  throw new FaasoError('bad_request', message);
}
