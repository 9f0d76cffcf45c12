/** What funkos there are, and how they stand. */
import { inspectContainer, listContainers, type ContainerRow } from '../../docker/containers.ts';
import { listImages } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import { factsOf } from '../causes/cause.ts';
import { checkName } from '../state/check-name.ts';
import type { FunkoStatus } from '../../api/funko-api.ts';
import { failingAmong, withHelp } from '../causes/instance-help.ts';
import type { OperationContext } from '../context.ts';
import { allFunkos, funkoStatusOf, type Findings } from '../state/status.ts';
import { unknownFunko } from '../state/not-found.ts';
import { workerStatuses } from '../state/worker-status.ts';

/**
 * All funkos, sorted by name. A server that has lost its engine gives those with an instance, as it last knew them.
 * Throws `engine_*`.
 */
export async function list(context: OperationContext, signal?: AbortSignal): Promise<FunkoStatus[]> {
  const findings = await look(context, signal);
  const names = allFunkos(findings);
  const standings = names.map((name) => funkoStatusOf(name, findings));
  const failing = failingOf(standings, findings);
  return Promise.all(
    standings.map(async (standing) => completed(context, standing, failing, findings.rows, signal)),
  );
}

/**
 * One funko. An unmanaged funko can have a name that FaaSO would not give.
 * Throws `unknown_funko`, `bad_name`, `engine_*`.
 */
export async function show(
  context: OperationContext,
  name: string,
  signal?: AbortSignal,
): Promise<FunkoStatus> {
  const findings = await look(context, signal);
  const names = allFunkos(findings);
  if (names.includes(name)) {
    const standing = funkoStatusOf(name, findings);
    return completed(context, standing, failingOf([standing], findings), findings.rows, signal);
  }
  checkName(name);
  // It may have versions that nobody can see now.
  throw findings.lost ?? unknownFunko(context.host, name, names);
}

/** What a picture alone does not tell: where it answers, what helps an instance that fails, and how its workers stand. */
async function completed(
  context: OperationContext,
  standing: Omit<FunkoStatus, 'url'>,
  failing: ReadonlySet<string>,
  rows: readonly ContainerRow[],
  signal?: AbortSignal,
): Promise<FunkoStatus> {
  const status = await withUrl(context, standing, signal);
  const facts = factsOf(context, status.name);
  const instances = await withHelp(context.engine, status.instances, failing, facts);
  const workers = await workerStatuses(context.engine, status.name, rows, signal);
  return { ...status, instances, ...(workers.length === 0 ? {} : { workers }) };
}

/** The instances whose logs may say what helps; none where the engine can't be asked. */
function failingOf(standings: readonly Omit<FunkoStatus, 'url'>[], { lost }: Look): ReadonlySet<string> {
  return lost === undefined ? failingAmong(standings.flatMap(({ instances }) => instances)) : new Set();
}

interface Look extends Findings {
  /** Why the engine could not be asked; undefined if it was. */
  readonly lost: FaasoError | undefined;
}

async function look(context: OperationContext, signal?: AbortSignal): Promise<Look> {
  const [seen, carried] = await Promise.all([ask(context, signal), context.traffic.instances(signal)]);
  return { ...seen, carried };
}

/** A server that has lost its engine still carries traffic, so what it last knew is an answer. */
async function ask({ engine, host }: OperationContext, signal?: AbortSignal): Promise<Omit<Look, 'carried'>> {
  try {
    const [images, rows] = await Promise.all([
      listImages(engine, {}, signal),
      listContainers(engine, {}, signal),
    ]);
    return { images, rows, lost: undefined };
  } catch (error) {
    // On one's own machine the instances come from the same engine: nothing is known of them either.
    if (host.publishes || !isLost(error)) throw error;
    return { images: [], rows: [], lost: error };
  }
}

function isLost(error: unknown): error is FaasoError {
  return error instanceof FaasoError && ['engine_unreachable', 'engine_timeout'].includes(error.code);
}

async function withUrl(
  { engine, host }: OperationContext,
  standing: Omit<FunkoStatus, 'url'>,
  signal?: AbortSignal,
): Promise<FunkoStatus> {
  for (const { id, state } of standing.instances) {
    const container =
      state === 'ready' && host.publishes ? await inspectContainer(engine, id, signal) : undefined;
    const url = container ? host.urlOf(container) : null;
    if (url !== null) return { ...standing, url };
  }
  return { ...standing, url: null };
}
