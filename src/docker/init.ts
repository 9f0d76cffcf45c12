/**
 * Whether an instance gets the engine's init (docker-init) as its first process. It reaps what programs leave behind, passes signals on to
 * the program, and ends with the program's exit status: few programs do the first as process 1, and then run out of processes.
 */
import { posix } from 'node:path';
import type { Engine } from './engine/engine.ts';
import { imageCommand } from './images.ts';

/** Programs that are an init themselves; some of them refuse to be any process but the first. */
const INITS = new Set([
  ...['tini', 'tini-static', 'dumb-init', 'docker-init', 'catatonit', 'pid1', 'my_init'],
  ...['init', 'systemd', 's6-svscan', 'runit-init', 'openrc-init'],
]);
/** What an engine says of an init that it does not find. */
const MISSING = 'N/A';

const engines = new WeakMap<Engine, Promise<boolean>>();

/**
 * Whether to ask for it: unless the image's own command is an init, or the engine has none.
 * An answer that the engine does not give counts as yes. Never rejects.
 */
export async function wantsInit(engine: Engine, image: string, signal?: AbortSignal): Promise<boolean> {
  const [command, isThere] = await Promise.all([
    imageCommand(engine, image, signal).catch(() => []),
    engineHasInit(engine).catch(() => true),
  ]);
  return isThere && !INITS.has(posix.basename(command[0] ?? ''));
}

/** Whether the engine finds its init; asked once. Throws `engine_*`. */
export async function engineHasInit(engine: Engine): Promise<boolean> {
  const known = engines.get(engine) ?? askFor(engine);
  engines.set(engine, known);
  known.catch(() => engines.delete(engine));
  return known;
}

async function askFor(engine: Engine): Promise<boolean> {
  const info = await engine.get('asking what the engine can do', '/info');
  const { InitCommit } = info as { readonly InitCommit?: { readonly ID?: unknown } };
  return InitCommit?.ID !== MISSING;
}
