/** An instance with a health check, the command of its funko.yml or its image's own HEALTHCHECK, is ready when Docker has run that with success. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../../docker/engine/engine.ts';
import { inspectHealth, type HealthReport } from '../../docker/health.ts';
import { FaasoError } from '../../errors.ts';
import type { Healthcheck } from '../../funko/container-rules.ts';
import { FAILING_CHECK } from '../state/reachability.ts';

const LOOK_EVERY_MS = 200;
/** The engine's own work with a check. */
const CHECK_MARGIN_MS = 1_000;

/**
 * Resolves when the container is healthy.
 * Throws `not_ready` with the last words of the check when it has failed as often as it may, and the signal's reason when that aborts.
 */
export async function untilHealthy(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const health = await inspectHealth(engine, id, signal);
    if (health?.status === 'healthy') return;
    const why = health && unhealthyWords(health);
    if (why !== undefined) throw new FaasoError('not_ready', why);
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    signal.throwIfAborted();
  }
}

/** That its health check fails, and what that wrote, in a sentence; undefined if it does not, or nobody can tell. Never rejects. */
export async function whyUnhealthy(engine: Engine, id: string): Promise<string | undefined> {
  const health = await inspectHealth(engine, id).catch(() => undefined);
  return health && unhealthyWords(health);
}

/** Why it was not healthy in time (`within 30 s`), in a sentence; undefined if it is. Throws `engine_*`. */
export async function whyNotHealthy(
  engine: Engine,
  id: string,
  { command }: Healthcheck,
  within: string,
): Promise<string | undefined> {
  const health = await inspectHealth(engine, id);
  if (!health || health.status === 'healthy') return undefined;
  return `its health check (${command.join(' ')}) did not succeed ${within}${lastWords(health.output)}`;
}

/** How long to wait for an instance: an engine that makes no haste checks for the first time after a whole interval. */
export async function timeToHealth(
  engine: Engine,
  id: string,
  check: Healthcheck | null,
  timeoutMs: number,
): Promise<number> {
  if (check === null || (await inspectHealth(engine, id))?.isHasty !== false) return timeoutMs;
  return Math.max(timeoutMs, check.intervalMs + check.timeoutMs + CHECK_MARGIN_MS);
}

function unhealthyWords({ status, output }: HealthReport): string | undefined {
  return status === 'unhealthy' ? `${FAILING_CHECK}${lastWords(output)}` : undefined;
}

function lastWords(output: string): string {
  return output === '' ? ', and wrote nothing.' : `. It wrote: ${output}`;
}
