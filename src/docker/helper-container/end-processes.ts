/**
 * Ends programs that were started in a container. The engine can start one and can't end it; so a helper container that shares the
 * container's processes looks for those whose environment has a mark, which their children have inherited, and signals them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { inspectContainer } from '../containers.ts';
import type { Engine } from '../engine/engine.ts';
import { bytesIn, namesIn } from './volume-files.ts';
import { amongProcesses } from './helper-container.ts';
import type { Syscalls } from './syscalls.ts';

const COUNT_ONLY = 0;
const SIGHUP = 1;
const SIGKILL = 9;
const GRACE_MS = 1_000;
const LOOK_EVERY_MS = 50;

/**
 * Tells all processes that have the variable in their environment to end, and kills those that have not after a second.
 * A container that does not run has no processes.
 * @param mark `NAME=VALUE`
 * Throws `engine_*`.
 */
export async function endProcesses(engine: Engine, container: string, mark: string): Promise<void> {
  try {
    await amongProcesses(engine, container, async (calls) => end(calls, mark));
  } catch (error) {
    const found = await inspectContainer(engine, container);
    if (found?.status === 'running') throw error;
  }
}

async function end(calls: Syscalls, mark: string): Promise<void> {
  const killAt = performance.now() + GRACE_MS;
  let marked = await signalAll(calls, mark, SIGHUP);
  while (marked > 0) {
    await pause(LOOK_EVERY_MS);
    marked = await signalAll(calls, mark, performance.now() < killAt ? COUNT_ONLY : SIGKILL);
  }
}

/** Gives how many there were. */
async function signalAll(calls: Syscalls, mark: string, signal: number): Promise<number> {
  let marked = 0;
  for (const name of await namesIn(calls, '/proc')) {
    const id = /^[0-9]+$/.test(name) ? Number(name) : undefined;
    if (id === undefined) continue;
    const environment = await bytesIn(calls, `/proc/${id}/environ`);
    if (!environment.toString('latin1').split('\0').includes(mark)) continue;
    marked += 1;
    if (signal !== COUNT_ONLY) await calls.call('kill', id, signal);
  }
  return marked;
}
