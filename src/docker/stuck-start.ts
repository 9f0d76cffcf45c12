/**
 * Containers that run by the engine's word, but whose program never began: the engine was killed between making their first process
 * and telling it to continue, and takes them for running after its own start. They would stay in that state for ever.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from './engine/engine.ts';

/** What runc calls a container's first process before it becomes the program. */
const UNBORN = /^(?:\S*\/)?runc init$/;
/** A container that is just being started does not look like this for so long. */
const SURE_AFTER_MS = 3_000;

/**
 * Those of these containers that are half-born; takes three seconds if there are any. They are looked at one after the other, for each
 * look is a `ps` on the engine's host. Never throws: one that can't be looked at is not.
 */
export async function stuckStarts(engine: Engine, ids: readonly string[]): Promise<string[]> {
  const suspects = await unborn(engine, ids);
  if (suspects.length === 0) return [];
  await pause(SURE_AFTER_MS);
  return unborn(engine, suspects);
}

async function unborn(engine: Engine, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) if (await isUnborn(engine, id).catch(() => false)) found.push(id);
  return found;
}

async function isUnborn(engine: Engine, id: string): Promise<boolean> {
  const path = `/containers/${id}/top?ps_args=${encodeURIComponent('-eo pid,args')}`;
  const top = await engine.get(`looking at the processes of ${id}`, path);
  const { Processes: rows } = top as { readonly Processes: readonly (readonly string[])[] | null };
  return rows !== null && rows.length > 0 && rows.every((row) => UNBORN.test(row.at(-1)?.trim() ?? ''));
}
