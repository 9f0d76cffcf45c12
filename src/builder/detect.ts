/** Guesses the runtime of a folder with code: by the rules in `detect` of each runtime.yml, and by a Dockerfile of its own. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OptionValue } from '../funko/manifest.ts';
import { pathTestOf } from './docker-pattern.ts';
import { RUNTIME_FILE, type Runtime } from './runtime.ts';
import { renderTemplate } from './template.ts';

/** One rule of a runtime.yml: a file that tells that a folder is of this runtime. */
export interface DetectRule {
  /** A path in the folder, as a pattern of a .dockerignore. */
  readonly file: string;
  /** From 1 to 100: how much the file tells. */
  readonly priority: number;
  /** Options for funko.yml; texts are templates of one line that know `file`, the path that was found. */
  readonly options?: Readonly<Record<string, OptionValue>>;
}

/** A runtime that a folder may be of. */
export interface Guess {
  /** Null: the folder's own Dockerfile. */
  readonly runtime: Runtime | null;
  /** The file that tells it, relative to the folder. */
  readonly file: string;
  readonly priority: number;
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** Two runtimes are both likely if their priorities are no further apart. */
const CLOSE = 15;
/** Rules name files near the top. */
const DEPTH = 3;
/** What package managers put there says nothing of the folder. */
const NOT_OWN = new Set(['node_modules', 'vendor', 'venv', 'lib', 'target', '__pycache__']);
const DOCKERFILE = 'Dockerfile';

/**
 * What the folder may be, the likeliest first: one guess a runtime. Empty if no rule fits.
 * @throws what reading the folder throws, and `bad_runtime` for a rule that can't be read
 */
export async function guessRuntimes(folder: string, runtimes: readonly Runtime[]): Promise<Guess[]> {
  const files = await filesIn(folder, '', DEPTH);
  const own: Guess = { runtime: null, file: DOCKERFILE, priority: 100, options: {} };
  const guesses = runtimes.flatMap((runtime) => bestOf(runtime, files) ?? []);
  return [...(files.includes(DOCKERFILE) ? [own] : []), ...guesses].sort((a, b) => b.priority - a.priority);
}

/** The guesses that are as good as the first one; just that one if it is sure. */
export function likeliest(guesses: readonly Guess[]): readonly Guess[] {
  const [first] = guesses;
  if (first === undefined || first.runtime === null) return guesses.slice(0, 1);
  return guesses.filter(({ priority }) => first.priority - priority <= CLOSE);
}

function bestOf(runtime: Runtime, files: readonly string[]): Guess | undefined {
  const rules = runtime.detect.toSorted((a, b) => b.priority - a.priority);
  for (const { file: pattern, priority, options = {} } of rules) {
    const file = files.find(pathTestOf(pattern));
    if (file !== undefined) return { runtime, file, priority, options: filled(options, file, runtime) };
  }
  return undefined;
}

function filled(options: Guess['options'], file: string, { folder }: Runtime): Guess['options'] {
  const data = { funko: { name: '' }, options: {}, has: () => false, helpers: { file } };
  const entries = Object.entries(options).map(([name, value]) => {
    const text = typeof value === 'string' ? renderTemplate(value, join(folder, RUNTIME_FILE), data) : value;
    return [name, text] as const;
  });
  return Object.fromEntries(entries);
}

/** Sorted, those at the top first. */
async function filesIn(folder: string, below: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const own = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = own.filter((entry) => !entry.isDirectory()).map(({ name }) => join(below, name));
  const folders = own.filter((entry) => entry.isDirectory() && !NOT_OWN.has(entry.name));
  if (depth === 1) return files;
  const nested = folders.map(async ({ name }) =>
    filesIn(folder, join(below, name), depth - 1).catch(() => []),
  );
  return [...files, ...(await Promise.all(nested)).flat()];
}
