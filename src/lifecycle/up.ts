/** Puts a version into service: the new instance beside the old, ready, then the old one goes. */
import { inspectContainer, listContainers, type Container, type ContainerRow } from '../docker/containers.ts';
import { listImages } from '../docker/images.ts';
import { LABEL } from '../funko/naming.ts';
import { checkName } from './check-name.ts';
import type { UpEvent, UpRequest, UpResult } from './funkos.ts';
import { ownInstances } from './own-instances.ts';
import { retire } from './retire.ts';
import type { Site } from './site.ts';
import { startInstance } from './start-instance.ts';
import { nothingBuilt } from './unknown.ts';
import { pickVersion, versionsOf, type Version } from './versions.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
/** An instance of the wanted version that runs and is not ready yet is given this long before another one is started. */
const ADOPT_WITHIN_MS = 5_000;

/**
 * Brings a version up. Doing it again changes nothing, and takes away what an earlier one that was cut off left behind.
 * Throws `bad_name`, `unknown_funko`, `unknown_version`, `not_ready`, `conflict`, `cancelled`, `engine_*`.
 */
export async function up(
  site: Site,
  request: UpRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<UpResult> {
  const funko = checkName(request.name);
  const version = await wantedVersion(site, request, signal);
  await site.host.prepare(signal);
  const before = ownInstances(funko, await listContainers(site.engine, {}, signal));
  const adopted = await adopt(site, before, version, signal);
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const current = adopted ?? (await startInstance(site, { funko, version, timeoutMs, onEvent, signal }));
  // From here on the new one is in service: the work is finished, whatever becomes of who asked for it.
  const old = before.filter(({ id }) => id !== current.id);
  await Promise.all(old.map(async (row) => retire(site, row, onEvent)));
  return {
    funko,
    version: `v${version.number}`,
    instance: current.name,
    replaced: old.map(({ name }) => name),
    unchanged: adopted !== undefined && old.length === 0,
    url: site.host.urlOf(current),
  };
}

async function wantedVersion(site: Site, request: UpRequest, signal?: AbortSignal): Promise<Version> {
  const images = await listImages(site.engine, { label: LABEL.funko }, signal);
  const versions = versionsOf(request.name, images);
  if (versions.length === 0) throw await nothingBuilt(site, request.name, images, signal);
  return pickVersion(request.name, versions, request.version);
}

/** The newest instance that runs exactly this version, if it is in service or gets there in a moment. */
async function adopt(
  site: Site,
  before: readonly ContainerRow[],
  version: Version,
  signal?: AbortSignal,
): Promise<Container | undefined> {
  const fitting = before.findLast((row) => row.imageId === version.image.id && row.status === 'running');
  if (!fitting || !(await isInService(site, fitting.id, signal))) return undefined;
  return inspectContainer(site.engine, fitting.id, signal);
}

async function isInService({ traffic }: Site, id: string, signal?: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.timeout(ADOPT_WITHIN_MS);
  try {
    await traffic.waitReady(id, signal ? AbortSignal.any([signal, limit]) : limit);
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}
