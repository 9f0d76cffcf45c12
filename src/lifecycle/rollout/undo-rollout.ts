/** The way back from a new version that failed: the old instances serve again, as many as before, and the new ones go. */
import { inspectContainer, type Container, type ContainerRow } from '../../docker/containers.ts';
import { removeContainer } from '../../docker/instance-calls.ts';
import { FaasoError, messageOf } from '../../errors.ts';
import type { UpEvent } from '../../api/funko-api.ts';
import { isWorker } from '../state/managed.ts';
import { drainAndRemove } from './stop-instance.ts';
import type { OperationContext } from '../context.ts';
import { startInstance } from './start-instance.ts';
import { startWorker } from './start-worker.ts';
import type { Version } from '../state/version-list.ts';
import { workersFor } from '../state/worker-count.ts';
import { LABEL } from '../../funko/naming/labels.ts';

export interface FailedRollout {
  readonly funko: string;
  /** As in StartRequest. */
  readonly stem?: string;
  readonly versions: readonly Version[];
  /** New ones that are, or were, in service. */
  readonly started: readonly Container[];
  /** New workers. */
  readonly workers: readonly Container[];
  /** Old ones that get no requests, but are still there. */
  readonly drained: ReadonlySet<ContainerRow>;
  /** Old ones that have gone. */
  readonly gone: readonly ContainerRow[];
  /** Old workers that have gone. */
  readonly goneWorkers: readonly ContainerRow[];
  /** How many old ones there were to go, drained and gone ones included. */
  readonly before: number;
  readonly timeoutMs: number | undefined;
  readonly onEvent: (event: UpEvent) => void;
}

/**
 * Makes it as it was before.
 * @param error why that has to be
 * @returns the error to throw: the same one, or with what could not be made good added to its message
 */
export async function undoRollout(
  context: OperationContext,
  damage: FailedRollout,
  error: unknown,
): Promise<unknown> {
  for (const { id } of damage.drained) context.traffic.resume(id);
  const gone = [...damage.gone, ...damage.goneWorkers];
  const restored = await Promise.allSettled(gone.map(async (row) => startAgain(context, damage, row)));
  const lost = restored.filter((one) => one.status === 'rejected').map(({ reason }) => messageOf(reason));
  const oldOnesServe = damage.gone.length < damage.before || lost.length < damage.gone.length;
  // New ones that serve are better than none at all.
  if (lost.length === 0 || oldOnesServe) lost.push(...(await takeNewAway(context, damage)));
  if (
    !(error instanceof FaasoError) ||
    (damage.started.length + damage.workers.length === 0 && lost.length === 0)
  )
    return error;
  const fate =
    lost.length === 0
      ? 'The new instances were removed again.'
      : `It could not all be made as it was before: ${lost.join(' ')}`;
  return new FaasoError(error.code, `${error.message} ${fate}`, { cause: error, details: error.details });
}

/** One whose stop failed may still run: it serves again. What is left of one that has ended goes when another serves. */
async function startAgain(
  context: OperationContext,
  damage: FailedRollout,
  row: ContainerRow,
): Promise<void> {
  const left = await inspectContainer(context.engine, row.id);
  if (left?.status === 'running') {
    context.traffic.resume(row.id);
    return;
  }
  const version = damage.versions.find(({ image }) => image.id === row.imageId);
  if (!version) throw new FaasoError('unknown_version', `The image of ${row.name} is gone.`);
  await (isWorker(row) ? startWorkerAgain : startInstanceAgain)(context, damage, row, version);
  if (left) await removeContainer(context.engine, row.id);
}

async function startInstanceAgain(
  context: OperationContext,
  { funko, stem = funko, timeoutMs, onEvent }: FailedRollout,
  _row: ContainerRow,
  version: Version,
): Promise<void> {
  await startInstance(context, { funko, stem, version, timeoutMs, onEvent });
}

async function startWorkerAgain(
  context: OperationContext,
  { funko, onEvent }: FailedRollout,
  { labels }: ContainerRow,
  version: Version,
): Promise<void> {
  const worker = workersFor(funko, version).find(({ name }) => name === labels[LABEL.worker]);
  if (worker) await startWorker(context, { funko, version, worker, onEvent });
}

async function takeNewAway(
  context: OperationContext,
  { started, workers, onEvent }: FailedRollout,
): Promise<string[]> {
  const all = [...started, ...workers];
  const taken = await Promise.allSettled(all.map(async (row) => drainAndRemove(context, row, onEvent)));
  return taken.filter((one) => one.status === 'rejected').map(({ reason }) => messageOf(reason));
}
