/** The funko.yml of a folder that has code already: its text, and writing it. */
import { writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join, relative } from 'node:path';
import { stringify } from 'yaml';
import { FaasoError, systemCodeOf } from '../errors.ts';
import { isFunkoName, NAME_RULE } from '../funko/naming/names.ts';
import { MANIFEST_FILE } from '../funko/manifest/schema.ts';
import type { Guess } from './detect/detect.ts';
import { exposedPort } from './dockerfile/exposed-port.ts';
import { plainText } from './files/plain-file.ts';

/** The usual port, which funko.yml need not name. */
const USUAL_PORT = 3000;

/** What funko.yml is made of. */
export type ManifestChoice = Pick<Guess, 'runtime' | 'options' | 'manifest'>;

/**
 * A name for a funko out of a folder's: `My_Shop.v2` becomes `my-shop-v2`.
 * @param packageName of package.json, e.g. `@acme/shop`, which goes before the folder's if it makes a name
 * @throws FaasoError `bad_name` if nothing is left of it
 */
export function nameFromFolder(folder: string, packageName = ''): string {
  const names = [packageName.replace(/^@[^/]*\//, ''), basename(folder)].map(plainName);
  const name = names.find(isFunkoName);
  if (name !== undefined) return name;
  const what = `the folder's name "${basename(folder)}" makes no name for a funko`;
  throw new FaasoError('bad_name', `${what}; give one with --name: ${NAME_RULE}`);
}

function plainName(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 40)
    .replace(/-$/, '');
}

/** The text of the folder's funko.yml. */
export function manifestText(
  folder: string,
  name: string,
  { runtime, options, manifest = {} }: ManifestChoice,
): string {
  const { port: named, ...others } = manifest;
  // A template of a rule can only give a text.
  const port = runtime === null ? portOf(folder) : named === undefined ? undefined : Number(named);
  return stringify({
    name,
    ...(runtime === null ? {} : { runtime: referenceFrom(folder, runtime.reference) }),
    ...(port === undefined || port === USUAL_PORT ? {} : { port }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...others,
  });
}

/**
 * Writes the folder's funko.yml.
 * @throws FaasoError `conflict` if there is one, and what writing throws
 */
export async function writeManifest(folder: string, text: string): Promise<void> {
  try {
    await writeFile(join(folder, MANIFEST_FILE), text, { flag: 'wx' });
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
    throw new FaasoError('conflict', `${folder} has a ${MANIFEST_FILE} already; it was left as it is`);
  }
}

/** The path of a user's runtime, from the folder. */
function referenceFrom(folder: string, reference: string): string {
  if (!isAbsolute(reference)) return reference;
  const path = relative(folder, reference);
  return path.startsWith('../') ? path : `./${path}`;
}

function portOf(folder: string): number | undefined {
  return exposedPort(plainText(join(folder, 'Dockerfile')) ?? '');
}
