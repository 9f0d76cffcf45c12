/** `faaso init`: the funko.yml of a folder that has code already. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join, relative } from 'node:path';
import { stringify } from 'yaml';
import { FaasoError, systemCodeOf } from '../errors.ts';
import { isFunkoName, NAME_RULE } from '../funko/naming.ts';
import { MANIFEST_FILE } from '../funko/schema.ts';
import type { Guess } from './detect.ts';

/** The usual port, which funko.yml need not name. */
const USUAL_PORT = 3000;

/**
 * A name for a funko out of a folder's: `My_Shop.v2` becomes `my-shop-v2`.
 * @throws FaasoError `bad_name` if nothing is left of it
 */
export function nameFromFolder(folder: string): string {
  const plain = basename(folder).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const name = plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 40)
    .replace(/-$/, '');
  if (isFunkoName(name)) return name;
  const what = `the folder's name "${basename(folder)}" makes no name for a funko`;
  throw new FaasoError('bad_name', `${what}; give one with --name: ${NAME_RULE}`);
}

/**
 * Writes the folder's funko.yml.
 * @throws FaasoError `conflict` if there is one, and what writing throws
 */
export async function writeManifest(
  folder: string,
  name: string,
  { runtime, options }: Pick<Guess, 'runtime' | 'options'>,
): Promise<void> {
  const port = runtime === null ? await exposedPort(folder) : undefined;
  const manifest = {
    name,
    ...(runtime === null ? {} : { runtime: referenceFrom(folder, runtime.reference) }),
    ...(port === undefined ? {} : { port }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  try {
    await writeFile(join(folder, MANIFEST_FILE), stringify(manifest), { flag: 'wx' });
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
    throw new FaasoError('conflict', `${folder} has a ${MANIFEST_FILE} already; it was left as it is`);
  }
}

/** The path of a runtime of one's own, from the folder. */
function referenceFrom(folder: string, reference: string): string {
  if (!isAbsolute(reference)) return reference;
  const path = relative(folder, reference);
  return path.startsWith('../') ? path : `./${path}`;
}

/** The port that a Dockerfile EXPOSEs, if it is one, and not the usual one. */
async function exposedPort(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'Dockerfile'), 'utf8').catch(() => '');
  const ports = [...text.matchAll(/^[ \t]*EXPOSE[ \t]+([0-9]{1,5})(?:\/tcp)?[ \t]*$/gim)].map(([, port]) =>
    Number(port),
  );
  const [port] = ports;
  return new Set(ports).size === 1 && port !== USUAL_PORT && port !== undefined && port <= 65_535
    ? port
    : undefined;
}
