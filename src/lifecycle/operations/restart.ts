/** New instances in place of those that run, of the same version: no request is lost, as with `up`. */
import { FaasoError } from '../../errors.ts';
import { countFor } from '../state/desired-scale.ts';
import { checkName } from '../state/check-name.ts';
import type { RestartRequest, UpEvent, UpResult } from '../../api/funko-api.ts';
import { ofImage, presentOf, type Present } from '../state/managed.ts';
import { planOf } from '../rollout/plan.ts';
import { checkSecrets } from './secret.ts';
import type { OperationContext } from '../context.ts';
import { splitOf } from '../state/split-state.ts';
import { nothingBuilt } from '../state/not-found.ts';
import { carryOut } from './up.ts';
import { pickVersion, versionInService, versionsOf, type Version } from '../state/version-list.ts';
import { workersFor } from '../state/worker-count.ts';
import { workerPlanOf } from '../rollout/worker-plan.ts';
import { observe } from '../state/observe.ts';
import { formatVersion } from '../../funko/naming/version.ts';

interface RestartState {
  readonly funko: string;
  readonly versions: readonly Version[];
  readonly present: Present;
  /** Those in service: one, or the two of a split. */
  readonly serving: readonly Version[];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Replaces all instances of the version in service, of both versions of a split one after the other.
 * Throws `bad_name`, `unknown_funko`, `conflict` if nothing of it runs or all of it is unmanaged, and as `up` does; then the
 * instances that were not replaced keep running.
 */
export async function restart(
  context: OperationContext,
  request: RestartRequest,
  onEvent: (event: UpEvent) => void,
  signal?: AbortSignal,
): Promise<UpResult> {
  const found = await find(context, checkName(request.name), signal);
  await context.host.prepare(signal);
  const results: UpResult[] = [];
  for (const version of found.serving)
    results.push(await replaceAll(context, found, version, request, onEvent, signal));
  const [last] = results.slice(-1);
  if (!last) throw nothingRuns(found.funko);
  return {
    ...last,
    instances: results.flatMap(({ instances }) => instances),
    replaced: results.flatMap(({ replaced }) => replaced),
  };
}

async function find(
  context: OperationContext,
  funko: string,
  signal: AbortSignal | undefined,
): Promise<RestartState> {
  const { images, rows } = await observe(context.engine, signal);
  const versions = versionsOf(funko, images);
  const present = presentOf(funko, rows);
  if (versions.length === 0) throw await nothingBuilt(context, funko, images, signal, 'restart');
  const runs = versionInService(present.instances);
  if (runs === undefined) throw nothingRuns(funko);
  const numbers = splitOf(funko, images)?.map(({ version }) => version) ?? [runs];
  return {
    funko,
    versions,
    present,
    serving: numbers.map((number) => pickVersion(funko, versions, formatVersion(number))),
  };
}

async function replaceAll(
  context: OperationContext,
  { funko, versions, present, serving }: RestartState,
  version: Version,
  request: RestartRequest,
  onEvent: (event: UpEvent) => void,
  signal: AbortSignal | undefined,
): Promise<UpResult> {
  const isShared = serving.length > 1;
  const mine = isShared ? ofImage(version.image.id, present) : present;
  const count = countFor(funko, version, version);
  await checkSecrets(context, funko, version, signal);
  const workers = workersFor(funko, version, version);
  const imageId = version.image.id;
  const plan = {
    ...planOf({ funko, imageId, count }, mine.instances, NONE),
    workers: workerPlanOf({ imageId, workers, isFresh: true }, mine.workers),
  };
  const wanted = { funko, version, versions, count, workers };
  return carryOut(context, wanted, plan, { ...request, isShared, onEvent, signal });
}

function nothingRuns(funko: string): FaasoError {
  return new FaasoError('conflict', `Nothing of "${funko}" runs. Start it with: faaso up ${funko}`);
}
