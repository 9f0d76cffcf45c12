/** Whether funkos take traffic and their workers run: what is wrong with each container that does not. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FunkoStatus, FunkoApi, InstanceStatus, WorkerStatus } from '../../api/funko-api.ts';
import { fine, type Finding } from './finding.ts';

/** An instance that is starting for this long, or fails again at the second look, is reported. */
const START_WITHIN_MS = 10_000;
const LOOK_AGAIN_AFTER_MS = 2_000;
/** Docker waits a minute at most before it starts a program again. */
const RESTARTED_WITHIN_MS = 60_000;

/** Looks twice if something starts just now: a program that ends again and again starts in between. */
export async function checkFunkos(funkos: FunkoApi, signal: AbortSignal): Promise<Finding[]> {
  const first = await funkos.list(signal);
  if (!first.some(({ instances }) => instances.some(({ state }) => state === 'starting')))
    return findings(first);
  await pause(LOOK_AGAIN_AFTER_MS, undefined, { signal });
  return findings(await funkos.list(signal));
}

function findings(all: readonly FunkoStatus[]): Finding[] {
  const ill = all.flatMap(({ name, instances, workers = [] }) => [
    ...instances.filter((one) => isIll(one)).map((one) => findingOf(name, one)),
    ...workers.filter((one) => isWorkerIll(one)).map((one) => workerFinding(name, one)),
  ]);
  return ill.length > 0 ? ill : [fine('funkos', `${all.length} there, none with trouble`)];
}

function isIll({ state, fix, since }: InstanceStatus): boolean {
  if (state !== 'starting') return state !== 'ready';
  return fix !== null || Date.now() - Date.parse(since) > START_WITHIN_MS;
}

/** One that ends again and again runs in between. */
function isWorkerIll({ state, restarts, since }: WorkerStatus): boolean {
  return state !== 'running' || (restarts > 0 && Date.now() - Date.parse(since) < RESTARTED_WITHIN_MS);
}

function workerFinding(funko: string, { name, worker, state, reason, fix, restarts }: WorkerStatus): Finding {
  const what = state === 'running' ? `was started again ${restarts} times, just now too` : `is ${state}`;
  const message = `${funko}: ${name} ${what}${reason === null ? '' : `: ${reason}`}`;
  const logs = `faaso logs ${funko} --instance ${worker}`;
  return { check: 'funkos', state: 'warning', message, fix: restarts > 0 ? logs : (fix ?? logs) };
}

function findingOf(funko: string, { name, state, reason, fix }: InstanceStatus): Finding {
  const what = state === 'starting' ? 'does not get ready' : `is ${state}`;
  const message = `${funko}: ${name} ${what}${reason === null ? '' : `: ${reason}`}`;
  const logs = state === 'starting' ? `faaso logs ${funko}` : null;
  return { check: 'funkos', state: 'warning', message, fix: fix ?? logs };
}
