/**
 * Notices when a container that was just started ends. Docker restarts it by itself, so a look now and then at how
 * often it was restarted is what tells; that also holds where no event stream is followed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { inspectContainer, type Container } from '../docker/containers.ts';
import type { Engine } from '../docker/engine.ts';
import { FaasoError } from '../errors.ts';
import { endOf } from './place.ts';

const LOOK_EVERY_MS = 200;
const TELLS_WITHIN_MS = 1_000;
const TELLS_EVERY_MS = 20;

/** Never resolves. Rejects with `not_ready` when the container has ended, and with the signal's reason when that aborts. */
export async function untilDead(engine: Engine, id: string, signal: AbortSignal): Promise<never> {
  for (;;) {
    const reason = deathOf(await inspectContainer(engine, id, signal));
    if (reason !== undefined) throw new FaasoError('not_ready', reason);
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    signal.throwIfAborted();
  }
}

/**
 * How a container ended that is known to be dead, for a person. One that was started again does not show it: it is given a moment to
 * end once more. Undefined if it is gone, or lives.
 */
export async function causeOfDeath(engine: Engine, id: string): Promise<string | undefined> {
  for (const until = performance.now() + TELLS_WITHIN_MS; ;) {
    const container = await inspectContainer(engine, id).catch(() => undefined);
    const reason = container && deathOf(container);
    if (reason === undefined || container?.status !== 'running' || performance.now() > until) return reason;
    await pause(TELLS_EVERY_MS);
  }
}

/** What ended it, for a person; undefined while it runs. Pure. */
export function deathOf(container: Container | undefined): string | undefined {
  if (!container) return 'somebody else removed it.';
  const { status, restartCount } = container;
  if (restartCount === 0 && (status === 'running' || status === 'paused' || status === 'created'))
    return undefined;
  return `its program ${status === 'running' ? 'ended' : endOf(container)}.`;
}
