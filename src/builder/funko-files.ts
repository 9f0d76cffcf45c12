/** The files of a funko's folder that go into its build context. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../errors.ts';
import { MANIFEST_FILE } from '../funko/schema.ts';
import { readIgnores, type Ignores } from './dockerignore.ts';
import type { Runtime } from './runtime.ts';
import { unreadable, walk, type Item } from './walk.ts';

/** Says which files of the folder stay at home; it stays there itself, as it was applied already. */
export const IGNORE_FILE = '.dockerignore';

const ALWAYS = new Set(['Dockerfile']);
/** funko.yml goes first, and as it was read when it was checked. */
const NEVER = new Set([IGNORE_FILE, MANIFEST_FILE]);
/** Folders that are nearly never meant to be sent. */
const HEAVY = ['node_modules', '.git'];

/**
 * Lists a funko's files. Its own .dockerignore counts; without one the runtime's does.
 * @throws FaasoError `bad_context`
 */
export async function funkoFiles(
  folder: string,
  runtime: Runtime | undefined,
  signal?: AbortSignal,
): Promise<{ items: Item[]; warnings: string[] }> {
  const own = await ignoresOf(folder);
  const ignores = own ?? (runtime && (await ignoresOf(runtime.folder)));
  const items = await walk(folder, { always: ALWAYS, never: NEVER, signal, ...(ignores ? { ignores } : {}) });
  return { items, warnings: warningsOf(items, own !== undefined) };
}

async function ignoresOf(folder: string): Promise<Ignores | undefined> {
  const file = join(folder, IGNORE_FILE);
  try {
    return readIgnores(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
}

function warningsOf(items: readonly Item[], ownIgnores: boolean): string[] {
  const sent = HEAVY.filter((name) => items.some(({ path, kind }) => path === name && kind === 'directory'));
  const mend = ownIgnores ? `add it to ${IGNORE_FILE}` : `make a ${IGNORE_FILE} that names it`;
  return sent.map((name) => `${name}/ is sent with the build context; ${mend} if that is not meant`);
}
