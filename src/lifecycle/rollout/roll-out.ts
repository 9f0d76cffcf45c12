/**
 * Carries out a plan: new instances and workers beside the old ones, ready, then the old ones go. If a new one does not get ready, or
 * ends while there still are old ones, all new ones are removed, and the old ones are as many as before.
 */
import type { Container, ContainerRow } from '../../docker/containers.ts';
import type { UpEvent } from '../../api/funko-api.ts';
import type { Plan } from './plan.ts';
import { undoRollout } from './undo-rollout.ts';
import { releaseIfPending } from './release-command.ts';
import { drain, drainAndRemove, stopInstance } from './stop-instance.ts';
import { KeyedLock } from '../../util/keyed-lock.ts';
import type { OperationContext } from '../context.ts';
import { startInstance } from './start-instance.ts';
import { startWorker } from './start-worker.ts';
import type { Version } from '../state/version-list.ts';
import { StabilityWindow } from './stability-window.ts';
import type { WorkerPlan } from './worker-plan.ts';
import type { StateChange } from '../state/desired-state.ts';

export interface RollOutPlan extends Plan {
  readonly workers: WorkerPlan;
}

/** Whether a plan starts anything. */
export function startsAny({ start, workers }: RollOutPlan): boolean {
  return start > 0 || workers.start.length > 0;
}

/** What is new. */
export interface Started {
  readonly instances: readonly Container[];
  readonly workers: readonly Container[];
}

export interface RollOut {
  readonly funko: string;
  /** As in StartRequest. */
  readonly stem?: string;
  /** The version that is to run. */
  readonly version: Version;
  /** All versions that there are, to go back to. */
  readonly versions: readonly Version[];
  readonly plan: RollOutPlan;
  /** How long each new one may take to get ready. */
  readonly timeoutMs: number | undefined;
  /** How long new ones must have been ready before the first and before the last of the old ones goes. */
  readonly steadyMs: number;
  /** All new ones at once, instead of one after the other. */
  readonly surge: boolean;
  /** As in StartRequest. */
  readonly logTail?: number | undefined;
  /** Absent: nothing is to be remembered. */
  readonly promise?: StateChange;
  readonly onEvent: (event: UpEvent) => void;
  /** Heard until the first old one goes. */
  readonly signal?: AbortSignal | undefined;
}

/** What has been done so far, for the way back. */
interface Done {
  readonly started: Container[];
  readonly workers: Container[];
  areWorkersStarted: boolean;
  /** Drained, but still there. */
  readonly drained: Set<ContainerRow>;
  readonly gone: ContainerRow[];
  readonly goneWorkers: ContainerRow[];
  isKept: boolean;
}

/**
 * @returns the new instances and workers
 * Throws as `releaseIfPending` and `startInstance` do, and `not_ready` for one that ended or left the traffic soon after it was ready; then the old ones keep serving.
 */
export async function rollOut(context: OperationContext, given: RollOut): Promise<Started> {
  const work = { ...given, onEvent: warningOnce(given.onEvent) };
  if (startsAny(work.plan)) await releaseIfPending(context, work);
  using watch = new StabilityWindow(context, work.logTail);
  const done: Done = {
    started: [],
    workers: [],
    areWorkersStarted: false,
    drained: new Set(),
    gone: [],
    goneWorkers: [],
    isKept: false,
  };
  try {
    await (work.surge ? allAtOnce : oneByOne)(context, work, watch, done);
    if (!done.isKept) heard(work, done)?.throwIfAborted();
    await keep(work, done);
    return { instances: done.started, workers: done.workers };
  } catch (error) {
    // Before anything is put back: one that is interrupted there is found with what was there before.
    if (done.isKept) await work.promise?.revert();
    throw await undoRollout(context, { ...work, before: work.plan.retire.length, ...done }, error);
  }
}

/** Several instances of a version have the same faults. */
function warningOnce(onEvent: RollOut['onEvent']): RollOut['onEvent'] {
  const told = new Set<string>();
  return (event) => {
    if (event.type === 'warning' && told.has(event.message)) return;
    if (event.type === 'warning') told.add(event.message);
    onEvent(event);
  };
}

async function allAtOnce(
  context: OperationContext,
  work: RollOut,
  watch: StabilityWindow,
  done: Done,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(work.signal ? [work.signal] : [])]);
  const creations = new KeyedLock();
  const inTurn: NonNullable<Parameters<typeof startInstance>[1]['inTurn']> = async (create) =>
    creations.run('', create);
  const starting = Array.from({ length: work.plan.start }, async () =>
    startInstance(context, { ...work, signal, inTurn })
      .then((container) => {
        done.started.push(container);
        watch.add(container);
      })
      .catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
  );
  // Each is ready or gone again before anything else happens; the first failure is the one that counts.
  await Promise.allSettled(starting);
  await Promise.all(starting);
  await letGo(context, work, watch, done, work.plan.retire);
}

async function oneByOne(
  context: OperationContext,
  work: RollOut,
  watch: StabilityWindow,
  done: Done,
): Promise<void> {
  const { plan } = work;
  const left = [...plan.retire];
  for (let number = 1; number <= plan.start; number += 1) {
    const container = await startInstance(context, { ...work, signal: heard(work, done) });
    done.started.push(container);
    watch.add(container);
    // With the last new one all that is left goes, and not before: by then there must be as many as are promised.
    if (number < plan.start && left.length > 1) await letGo(context, work, watch, done, left.splice(0, 1));
  }
  await letGo(context, work, watch, done, left);
}

/** The first and the last to go are those whose going can't be made good: by then the new ones must have shown themselves. */
async function letGo(
  context: OperationContext,
  work: RollOut,
  watch: StabilityWindow,
  done: Done,
  rows: readonly ContainerRow[],
): Promise<void> {
  await startWorkers(context, work, watch, done);
  const { onEvent, plan } = work;
  const isFirst = done.gone.length === 0;
  const isLast = done.gone.length + rows.length === plan.retire.length;
  const workers = isLast ? plan.workers.retire : [];
  if (rows.length + workers.length === 0) return;
  if ((isFirst || isLast) && done.started.length > 0) await watch.steadyFor(work.steadyMs, heard(work, done));
  heard(work, done)?.throwIfAborted();
  if (isLast) await keep(work, done);
  for (const row of rows) done.drained.add(row);
  await watch.during(Promise.all(rows.map(async (row) => drain(context, row, onEvent))));
  await Promise.all([
    ...rows.map(async (row) => {
      done.drained.delete(row);
      done.gone.push(row);
      await stopInstance(context, row, onEvent);
    }),
    ...workers.map(async (row) => {
      done.goneWorkers.push(row);
      await drainAndRemove(context, row, onEvent);
    }),
  ]);
}

/** Once, before the first old one is removed: workers have no readiness probe, so they must keep running for a while. */
async function startWorkers(
  context: OperationContext,
  work: RollOut,
  watch: StabilityWindow,
  done: Done,
): Promise<void> {
  if (done.areWorkersStarted) return;
  done.areWorkersStarted = true;
  for (const worker of work.plan.workers.start) {
    const container = await startWorker(context, { ...work, worker, signal: heard(work, done) });
    done.workers.push(container);
    watch.add(container);
  }
  if (done.workers.length > 0) await watch.steadyFor(work.steadyMs, heard(work, done));
}

/** The signal, until the first old one is being removed: after that the rollout runs to completion. */
function heard({ signal }: RollOut, { gone, isKept }: Done): AbortSignal | undefined {
  return gone.length === 0 && !isKept ? signal : undefined;
}

async function keep({ promise }: RollOut, done: Done): Promise<void> {
  if (done.isKept) return;
  try {
    await promise?.commit();
  } catch (error) {
    // Part of it may have been kept.
    await promise?.revert().catch(() => undefined);
    throw error;
  }
  done.isKept = true;
}
