/** The files of a funko's folder that go into its build context. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../errors.ts';
import { MANIFEST_FILES } from '../funko/manifest/schema.ts';
import { credentialWarnings } from './files/credential-files.ts';
import { readIgnores, type Ignores } from './ignore/dockerignore.ts';
import { anyOf, readFunkoIgnores, IGNORE_FILE } from './ignore/funkoignore.ts';
import type { Runtime } from './runtime/runtime.ts';
import { unreadable, walk, type ContextItem } from './files/walk.ts';

/** Takes its place where there is one, as Docker has it for the Dockerfile of that name. */
const DOCKERFILE_IGNORE_FILE = 'Dockerfile.dockerignore';
/** The same in git's syntax, beside it. */
const FUNKO_IGNORE_FILE = '.funkoignore';

const ALWAYS = new Set(['Dockerfile']);
/** funko.yml goes first, and as it was read when it was checked. */
const NEVER = new Set([IGNORE_FILE, DOCKERFILE_IGNORE_FILE, FUNKO_IGNORE_FILE, ...MANIFEST_FILES]);
/** Folders that are nearly never meant to be sent. */
const HEAVY = ['node_modules', '.git'];

export interface FunkoFiles {
  readonly items: readonly ContextItem[];
  /** Whether the folder's Dockerfile, which is among the items all the same, is left out of the context. */
  readonly ignoresDockerfile: boolean;
  readonly warnings: readonly string[];
}

/**
 * Lists a funko's files. Its own .dockerignore counts, without one those of the runtimes; and its own .funkoignore.
 * @throws FaasoError `bad_context`
 */
export async function funkoFiles(
  folder: string,
  runtimes: readonly Runtime[],
  signal?: AbortSignal,
): Promise<FunkoFiles> {
  const docker = await dockerIgnoresOf(folder);
  const funko = await ignoresOf(folder, FUNKO_IGNORE_FILE, readFunkoIgnores);
  const brought = await Promise.all(runtimes.map(async (runtime) => dockerIgnoresOf(runtime.folder)));
  const files = [...(docker ? [docker] : brought), funko];
  const ignores = anyOf(files.filter((file) => file !== undefined));
  const items = await walk(folder, { always: ALWAYS, never: NEVER, signal, ignores });
  const ignoresDockerfile = ignores.ignores('Dockerfile', false);
  // A new .dockerignore would take the place of the runtime's; the other file goes beside it.
  const ignoreFile = docker || runtimes.length === 0 ? IGNORE_FILE : FUNKO_IGNORE_FILE;
  const credentials = credentialWarnings(items, ignoreFile, (path) => join(folder, path));
  return { items, ignoresDockerfile, warnings: [...warningsOf(items, docker !== undefined), ...credentials] };
}

async function dockerIgnoresOf(folder: string): Promise<Ignores | undefined> {
  return (
    (await ignoresOf(folder, DOCKERFILE_IGNORE_FILE, readIgnores)) ??
    (await ignoresOf(folder, IGNORE_FILE, readIgnores))
  );
}

async function ignoresOf(
  folder: string,
  name: string,
  read: (text: string, file: string) => Ignores,
): Promise<Ignores | undefined> {
  const file = join(folder, name);
  try {
    return read(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
}

function warningsOf(items: readonly ContextItem[], ownIgnores: boolean): string[] {
  const sent = HEAVY.filter((name) => items.some(({ path, kind }) => path === name && kind === 'directory'));
  const fix = ownIgnores ? `add it to ${IGNORE_FILE}` : `make a ${IGNORE_FILE} that names it`;
  return sent.map((name) => `${name}/ is sent with the build context; ${fix} if that is not meant`);
}
