/**
 * Runtimes that a folder of somebody's own holds: their templates and helpers run on this machine as the person who builds. So each is
 * asked about once, and again when its content has changed. The answers are in the config file.
 */
import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Runtime } from '../../builder/runtime/runtime.ts';
import { FaasoError } from '../../errors.ts';
import { configFile, readConfig, writeConfig } from '../connect/config.ts';
import type { CliSession } from '../session.ts';
import type { TrustFlags } from '../options/trust-option.ts';
import { ownRuntimesFolder } from '../settings.ts';
import { canAsk, confirm } from '../terminal/prompt.ts';

/** The key in the config file: digests by the runtimes' absolute paths. */
const KEY = 'trustedRuntimes';
const RIGHTS = 'Its templates and its helpers.mjs run on this machine, with all the rights that you have';

/**
 * What is asked before anything of a runtime that is named by a path is run. Within one process a runtime is asked about once, so that
 * `faaso dev` follows its changes.
 * @returns throws `bad_runtime` if it is not trusted, `bad_setting` if the answers can't be read or kept
 */
export function trustOf(flags: TrustFlags, session: CliSession): (runtime: Runtime) => Promise<void> {
  const trusted = new Set<string>();
  return async (runtime) => {
    const folder = await realpath(runtime.folder);
    if (trusted.has(folder) || (await isOfOwnFolder(folder, session))) return;
    if (flags.trustRuntime === true) await trustRuntime(folder, session);
    else await checkTrust(folder, runtime.folder, session);
    trusted.add(folder);
  };
}

/** Keeps that a runtime is trusted as it is now. Throws `bad_setting`. */
export async function trustRuntime(folder: string, session: CliSession): Promise<void> {
  const file = configFile(session);
  const [path, config] = await Promise.all([realpath(folder), readConfig(file)]);
  const known = { ...answersOf(config[KEY]), [path]: await digestOf(path) };
  await writeConfig(file, { ...config, [KEY]: known });
}

async function checkTrust(folder: string, shown: string, session: CliSession): Promise<void> {
  const known = answersOf((await readConfig(configFile(session)))[KEY]);
  const before = Object.hasOwn(known, folder) ? known[folder] : undefined;
  if (before !== undefined && before === (await digestOf(folder))) return;
  const what = before === undefined ? 'is not trusted yet' : 'has changed since it was trusted';
  if (canAsk(session) && (await confirm(`The runtime ${shown} ${what}. ${RIGHTS}. Trust it?`, session)))
    return trustRuntime(folder, session);
  const fix = `look at it, then run: faaso runtimes trust ${relative(session.folder, shown) || '.'} (or use --trust-runtime)`;
  throw new FaasoError('bad_runtime', `The runtime ${shown} ${what}. ${RIGHTS}: ${fix}`);
}

/** FAASO_RUNTIMES says whose they are. */
async function isOfOwnFolder(folder: string, { environment, folder: base }: CliSession): Promise<boolean> {
  const own = ownRuntimesFolder(environment);
  if (own === undefined) return false;
  const root = await realpath(resolve(base, own)).catch(() => undefined);
  return root !== undefined && folder.startsWith(`${root}/`);
}

function answersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Of all files of the folder, whatever an ignore file says: helpers can import each of them. */
async function digestOf(folder: string): Promise<string> {
  const { walk } = await import('../../builder/files/walk.ts');
  const items = await walk(folder);
  const hash = createHash('sha256');
  for (const item of items.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const content =
      item.kind === 'symlink'
        ? item.target
        : item.kind === 'file' && 'file' in item.content
          ? createHash('sha256')
              .update(await readFile(item.content.file))
              .digest('hex')
          : '';
    hash.update(JSON.stringify([item.path, item.kind, content]));
  }
  return hash.digest('hex');
}
