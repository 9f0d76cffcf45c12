/**
 * Notices when a container that was just started ends. Docker restarts it by itself, so a look now and then at how
 * often it was restarted is what tells; that also holds where no event stream is followed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  containerOf,
  inspectContainer,
  inspected,
  isAlive,
  type Container,
} from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { FaasoError } from '../../errors.ts';
import type { ExitEvents } from './exit-events.ts';
import { endOf } from '../state/reachability.ts';

const LOOK_EVERY_MS = 200;

/** Never resolves. Rejects with `not_ready` when the container has ended, and with the signal's reason when that aborts. */
export async function untilExited(engine: Engine, id: string, signal: AbortSignal): Promise<never> {
  return untilFault(engine, id, describeExit, signal);
}

/**
 * Looks at a container again and again. Never resolves. Rejects with `not_ready` when there is a fault, and with the signal's reason when
 * that aborts.
 * @param faultOf a sentence; undefined if there is none
 */
export async function untilFault(
  engine: Engine,
  id: string,
  faultOf: (container: Container | undefined) => string | undefined,
  signal: AbortSignal,
): Promise<never> {
  for (;;) {
    const reason = faultOf(await inspectContainer(engine, id, signal));
    if (reason !== undefined) throw new FaasoError('not_ready', reason);
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    signal.throwIfAborted();
  }
}

/**
 * How a container ended the first time that is known to be dead, for a person.
 * @param exits followed since before it could end
 * @returns undefined if it is gone, or lives
 */
export async function exitCause(engine: Engine, id: string, exits: ExitEvents): Promise<string | undefined> {
  const info = await inspected(engine, id).catch(() => undefined);
  if (!info) return undefined;
  const container = containerOf(info);
  const seen = describeExit(container);
  const exit = seen === undefined ? undefined : await exits.first();
  if (!exit) return seen;
  // What the inspect says of a later run counts only if that ended in the same way.
  const inspectedLimit = container.exitCode === exit.exitCode ? container.overMemory : null;
  const overMemory = exit.outOfMemory ? (info.HostConfig.Memory ?? 0) : inspectedLimit;
  return `its program ${endOf({ exitCode: exit.exitCode, overMemory })}.`;
}

/** What ended it, for a person; undefined while it runs. Pure. */
export function describeExit(container: Container | undefined): string | undefined {
  if (!container) return 'somebody else removed it.';
  const { status, restartCount } = container;
  if (restartCount === 0 && (isAlive(container) || status === 'created')) return undefined;
  return `its program ${status === 'running' ? 'ended' : endOf(container)}.`;
}
