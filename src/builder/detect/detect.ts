/** Guesses the runtime of a folder with code: by the rules in `detect` of each runtime.yml, and by a Dockerfile of its own. */
import { join } from 'node:path';
import { FaasoError, messageOf } from '../../errors.ts';
import type { OptionValue } from '../../funko/manifest/manifest.ts';
import { matchOf, type DetectRule, type Match } from '../runtime/detect-rule.ts';
import { RUNTIME_FILE, type Runtime } from '../runtime/runtime.ts';
import { openSourceFolder, type SourceFolder } from './source-folder.ts';
import { helpersOf } from '../runtime/template-data.ts';
import { renderTemplate, type TemplateData } from '../runtime/template.ts';

/** A runtime that a folder may be of, with what funko.yml is to say. */
export interface Guess {
  /** Null: the folder's own Dockerfile. */
  readonly runtime: Runtime | null;
  /** What was found, for people: `Next.js`. */
  readonly name?: string;
  /** For people: the files and packages that tell it. */
  readonly evidence: readonly string[];
  /** A sentence: why the options are as they are. */
  readonly reason?: string;
  readonly priority: number;
  readonly options: Readonly<Record<string, OptionValue>>;
  /** More keys of funko.yml. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** The name that package.json gives, if that is what tells the runtime. */
  readonly packageName?: string;
}

/** Two runtimes are both likely if their priorities are no further apart. */
const CLOSE = 10;
const DOCKERFILE = 'Dockerfile';

/**
 * What the folder may be, the likeliest first: one guess a runtime; of two that are as likely the one whose runtime comes first. Empty
 * if no rule fits.
 * @throws what reading the folder throws, and `bad_runtime` for a rule that can't be read
 */
export async function guessRuntimes(folder: string, runtimes: readonly Runtime[]): Promise<Guess[]> {
  const source = await openSourceFolder(folder);
  const own: Guess = { runtime: null, evidence: [DOCKERFILE], priority: 100, options: {} };
  const found = await Promise.all(runtimes.map(async (runtime) => bestOf(runtime, source)));
  const guesses = found.filter((guess) => guess !== undefined);
  const all = source.files.includes(DOCKERFILE) ? [own, ...guesses] : guesses;
  return all.sort((a, b) => b.priority - a.priority);
}

/** The guesses that are as good as the first one; just that one if it is sure. */
export function likeliest(guesses: readonly Guess[]): readonly Guess[] {
  const [first] = guesses;
  if (first === undefined || first.runtime === null) return guesses.slice(0, 1);
  return guesses.filter(({ priority }) => first.priority - priority <= CLOSE);
}

/** Of rules with the same priority the first counts. */
async function bestOf(runtime: Runtime, folder: SourceFolder): Promise<Guess | undefined> {
  const rules = runtime.detect.toSorted((a, b) => b.priority - a.priority);
  for (const rule of rules) {
    const match = tryRule(rule, runtime, folder);
    if (match) return guessOf(rule, match, runtime, folder);
  }
  return undefined;
}

function tryRule(rule: DetectRule, runtime: Runtime, folder: SourceFolder): Match | undefined {
  try {
    return matchOf(rule, folder);
  } catch (error) {
    const place = `${fileOf(runtime)}: detect[${runtime.detect.indexOf(rule)}]`;
    throw new FaasoError('bad_runtime', `${place}: ${messageOf(error)}`, { cause: error });
  }
}

async function guessOf(
  rule: DetectRule,
  match: Match,
  runtime: Runtime,
  folder: SourceFolder,
): Promise<Guess> {
  const { name, priority, options = {}, manifest = {}, reason = '' } = rule;
  const { evidence } = match;
  const fill = filler(runtime, await dataOf(match, runtime, folder));
  const why = fill(reason) as string | undefined;
  const packageName = match.files.includes('package.json') ? folder.packageJson.name : undefined;
  return {
    runtime,
    priority,
    evidence,
    options: withLists((fill(options) ?? {}) as Guess['options'], runtime),
    manifest: (fill(manifest) ?? {}) as Record<string, unknown>,
    ...(name === undefined ? {} : { name }),
    ...(why === undefined ? {} : { reason: why }),
    ...(packageName === undefined ? {} : { packageName }),
  };
}

/** Renders the texts in a value; what becomes empty is left out. */
function filler(runtime: Runtime, data: TemplateData): (value: unknown) => unknown {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return renderTemplate(value, fileOf(runtime), data) || undefined;
    if (Array.isArray(value)) {
      const members = value.map(fill).filter((each) => each !== undefined);
      return members.length === 0 && value.length > 0 ? undefined : members;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, each]) => [key, fill(each)] as const);
    const full = entries.filter(([, each]) => each !== undefined);
    return full.length === 0 && entries.length > 0 ? undefined : Object.fromEntries(full);
  };
  return fill;
}

/** A text for an option that is a list is its members, with blanks between them. */
function withLists(options: Guess['options'], runtime: Runtime): Guess['options'] {
  const entries = Object.entries(options).map(([name, value]) => {
    const isList = typeof value === 'string' && runtime.options[name]?.type === 'array';
    return [name, isList ? value.trim().split(/\s+/) : value] as const;
  });
  return Object.fromEntries(entries);
}

async function dataOf({ file, match }: Match, runtime: Runtime, folder: SourceFolder): Promise<TemplateData> {
  const { files, find, text, packageJson } = folder;
  const has = (pattern: string): boolean => find(pattern) !== undefined;
  const { scripts, dependencies } = packageJson;
  const data = { funko: { name: '' }, options: {}, has, files, text };
  const own = (await helpersOf(runtime))?.(data) ?? {};
  return { ...data, helpers: { ...own, file, match, find, scripts, dependencies } };
}

function fileOf({ folder }: Runtime): string {
  return join(folder, RUNTIME_FILE);
}
