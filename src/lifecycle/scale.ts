/** How many instances of a funko run, and how many are asked for. */
import { listContainers, type ContainerRow } from '../docker/containers.ts';
import { listImages } from '../docker/images.ts';
import { FaasoError } from '../errors.ts';
import { LABEL, MOST_INSTANCES } from '../funko/naming.ts';
import { countFor } from './asked-count.ts';
import { checkName } from './check-name.ts';
import type { ScaleRequest, ScaleResult, UpEvent } from './funkos.ts';
import { ownInstances } from './own-instances.ts';
import type { Site } from './site.ts';
import { splitOf } from './splits.ts';
import { nothingBuilt } from './unknown.ts';
import { carryOut, planFor } from './up.ts';
import { versionInService, versionsOf, type Version } from './versions.ts';

interface Found {
  readonly version: Version;
  readonly versions: readonly Version[];
  /** All instances that FaaSO started, of whatever version. */
  readonly own: readonly ContainerRow[];
  /** Whether its requests are shared between two versions. */
  readonly isSplit: boolean;
}

/**
 * Tells how many instances of the version that runs are asked for, or asks for another number: missing ones are started,
 * those that are too many are drained and go. If a new one does not get ready, the number stays as it was.
 * Throws `bad_name`, `bad_request` for a number that is not allowed, `unknown_funko`, `conflict` if nothing of it runs,
 * `unknown_version` if its image is gone, `not_ready`, `cancelled`, `engine_*`.
 */
export async function scale(
  site: Site,
  request: ScaleRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<ScaleResult> {
  const funko = checkName(request.name);
  const { count } = request;
  if (count !== undefined) checkCount(count);
  const found = await find(site, funko, signal);
  if (count === undefined) return asIs(funko, found);
  if (found.isSplit) {
    const message = `The requests to "${funko}" are shared between two versions. End that before you scale it: faaso up ${funko} --version vN`;
    throw new FaasoError('conflict', message);
  }
  const { version, versions, own } = found;
  const wanted = { funko, version, versions, count };
  const plan = await planFor(site, wanted, own, signal);
  const kept = new Set(plan.keep.map(({ name }) => name));
  const { instances, replaced } = await carryOut(site, wanted, plan, { ...request, onEvent, signal });
  const started = instances.filter((name) => !kept.has(name));
  return { funko, version: `v${version.number}`, scale: count, instances, started, removed: replaced };
}

function asIs(funko: string, { version, own }: Found): ScaleResult {
  const running = own.filter(({ imageId, status }) => imageId === version.image.id && status === 'running');
  return {
    funko,
    version: `v${version.number}`,
    scale: countFor(funko, version, undefined),
    instances: running.map(({ name }) => name),
    started: [],
    removed: [],
  };
}

async function find(site: Site, funko: string, signal?: AbortSignal): Promise<Found> {
  const [images, rows] = await Promise.all([
    listImages(site.engine, { label: LABEL.funko }, signal),
    listContainers(site.engine, {}, signal),
  ]);
  const versions = versionsOf(funko, images);
  const own = ownInstances(funko, rows);
  if (versions.length === 0 && own.length === 0) throw await nothingBuilt(site, funko, images, signal);
  const number = versionInService(own);
  if (number === undefined) {
    const message = `Nothing of "${funko}" runs, so there is nothing to scale. Start it with: faaso up ${funko}`;
    throw new FaasoError('conflict', message);
  }
  const version = versions.find((one) => one.number === number);
  if (version) return { version, versions, own, isSplit: splitOf(funko, images) !== undefined };
  const message = `"${funko}" runs v${number}, whose image is gone, so it can't be scaled. Put another version into service with: faaso up ${funko}`;
  throw new FaasoError('unknown_version', message);
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MOST_INSTANCES) return;
  const message = `The number of instances is ${count}; it must be a whole number from 1 to ${MOST_INSTANCES}. For none there is: faaso down`;
  throw new FaasoError('bad_request', message);
}
