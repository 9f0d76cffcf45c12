/** New instances in place of those that run, of the same version: no request is lost, as with `up`. */
import { listContainers } from '../../docker/containers.ts';
import { listImages } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import { LABEL } from '../../funko/naming/naming.ts';
import { countFor } from '../state/desired-scale.ts';
import { checkName } from '../state/check-name.ts';
import type { RestartRequest, UpEvent, UpResult } from '../../api/funko-api.ts';
import { ofImage, presentOf, type Present } from '../state/managed.ts';
import { planOf } from '../rollout/plan.ts';
import { checkSecrets } from './secrets.ts';
import type { Site } from '../context.ts';
import { splitOf } from '../state/splits.ts';
import { nothingBuilt } from '../state/not-found.ts';
import { carryOut } from './up.ts';
import { pickVersion, versionInService, versionsOf, type Version } from '../state/versions.ts';
import { workersFor } from '../state/worker-count.ts';
import { workerPlanOf } from '../rollout/worker-plan.ts';

interface Found {
  readonly funko: string;
  readonly versions: readonly Version[];
  readonly present: Present;
  /** Those in service: one, or the two of a split. */
  readonly serving: readonly Version[];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Replaces all instances of the version in service, of both versions of a split one after the other.
 * Throws `bad_name`, `unknown_funko`, `conflict` if nothing of it runs or all was made by hand, and as `up` does; then the
 * instances that were not replaced go on.
 */
export async function restart(
  site: Site,
  request: RestartRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<UpResult> {
  const found = await find(site, checkName(request.name), signal);
  await site.host.prepare(signal);
  const results: UpResult[] = [];
  for (const version of found.serving)
    results.push(await replaceAll(site, found, version, request, onEvent, signal));
  const [last] = results.slice(-1);
  if (!last) throw nothingRuns(found.funko);
  return {
    ...last,
    instances: results.flatMap(({ instances }) => instances),
    replaced: results.flatMap(({ replaced }) => replaced),
  };
}

async function find(site: Site, funko: string, signal: AbortSignal | undefined): Promise<Found> {
  const [rows, images] = await Promise.all([
    listContainers(site.engine, {}, signal),
    listImages(site.engine, { label: LABEL.funko }, signal),
  ]);
  const versions = versionsOf(funko, images);
  const present = presentOf(funko, rows);
  if (versions.length === 0) throw await nothingBuilt(site, funko, images, signal, 'restart');
  const runs = versionInService(present.instances);
  if (runs === undefined) throw nothingRuns(funko);
  const numbers = splitOf(funko, images)?.map(({ version }) => version) ?? [runs];
  return {
    funko,
    versions,
    present,
    serving: numbers.map((number) => pickVersion(funko, versions, `v${number}`)),
  };
}

async function replaceAll(
  site: Site,
  { funko, versions, present, serving }: Found,
  version: Version,
  request: RestartRequest,
  onEvent: (event: UpEvent) => void,
  signal: AbortSignal | undefined,
): Promise<UpResult> {
  const isShared = serving.length > 1;
  const mine = isShared ? ofImage(version.image.id, present) : present;
  const count = countFor(funko, version, version);
  await checkSecrets(site, funko, version, signal);
  const workers = workersFor(funko, version, version);
  const imageId = version.image.id;
  const plan = {
    ...planOf({ funko, imageId, count }, mine.instances, NONE),
    workers: workerPlanOf({ imageId, workers, isFresh: true }, mine.workers),
  };
  const wanted = { funko, version, versions, count, workers };
  return carryOut(site, wanted, plan, { ...request, isShared, onEvent, signal });
}

function nothingRuns(funko: string): FaasoError {
  return new FaasoError('conflict', `Nothing of "${funko}" runs. Start it with: faaso up ${funko}`);
}
