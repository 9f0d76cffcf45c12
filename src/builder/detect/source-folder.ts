/** A folder with code as detection sees it: the paths near its top, and texts that are read when a rule asks. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { plainText } from '../files/plain-file.ts';
import { pathTestOf } from '../ignore/docker-pattern.ts';

/** What detection asks of a package.json. */
export interface PackageJson {
  readonly name?: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** Those for production, for development and optional ones, with their versions. */
  readonly dependencies: Readonly<Record<string, string>>;
}

export interface SourceFolder {
  /** Paths of files, sorted, those at the top first. */
  readonly files: readonly string[];
  /** The first file that a pattern of a .dockerignore names; undefined if there is none. */
  readonly find: (pattern: string) => string | undefined;
  /** All files that the pattern names. */
  readonly findAll: (pattern: string) => readonly string[];
  /** The text of one of the files; empty for any other path, a link, and a file too large for a person to have written. */
  readonly text: (path: string) => string;
  /** Empty if there is none, or one that can't be read. */
  readonly packageJson: PackageJson;
}

/** Rules name files near the top. */
const DEPTH = 3;
/** What package managers put there says nothing of the folder. */
const NOT_OWN = new Set(['node_modules', 'vendor', 'venv', 'lib', 'target', '__pycache__']);
const PACKAGE_JSON = 'package.json';
const DEPENDENCIES = ['dependencies', 'optionalDependencies', 'devDependencies'];

/** Lists a folder. Throws what reading it throws; folders below that can't be read are passed over. */
export async function openSourceFolder(folder: string): Promise<SourceFolder> {
  const files = await filesIn(folder, '', DEPTH);
  const known = new Set(files);
  const texts = new Map<string, string>();
  const text = (path: string): string => {
    if (known.has(path) && !texts.has(path)) texts.set(path, plainText(join(folder, path)) ?? '');
    return texts.get(path) ?? '';
  };
  const findAll = (pattern: string): string[] => {
    const isNamed = pathTestOf(pattern);
    const isHidden = basename(pattern).startsWith('.');
    // As a shell has it: only a pattern with a dot names what begins with one.
    return files.filter((file) => isNamed(file) && (isHidden || !basename(file).startsWith('.')));
  };
  return {
    files,
    find: (pattern) => findAll(pattern)[0],
    findAll,
    text,
    packageJson: packageJsonOf(files.includes(PACKAGE_JSON) ? text(PACKAGE_JSON) : '{}'),
  };
}

async function filesIn(folder: string, below: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = sorted.filter((entry) => !entry.isDirectory()).map(({ name }) => join(below, name));
  if (depth === 1) return files;
  const folders = sorted.filter(
    (entry) => entry.isDirectory() && !NOT_OWN.has(entry.name) && !entry.name.startsWith('.'),
  );
  const nested = folders.map(async ({ name }) =>
    filesIn(folder, join(below, name), depth - 1).catch(() => []),
  );
  return [...files, ...(await Promise.all(nested)).flat()];
}

function packageJsonOf(text: string): PackageJson {
  const value = mappingOf(parsed(text));
  const dependencies = Object.assign({}, ...DEPENDENCIES.map((key) => textsOf(value[key]))) as Texts;
  const { name } = value;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    scripts: textsOf(value['scripts']),
    dependencies,
  };
}

type Texts = Readonly<Record<string, string>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return {};
  }
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textsOf(value: unknown): Texts {
  return Object.fromEntries(
    Object.entries(mappingOf(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
