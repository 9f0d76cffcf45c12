/**
 * A rule under `detect` of a runtime.yml, and whether a folder fits it. A key with several values holds if one of them does; a rule
 * holds if all its keys do.
 */
import { messageOf } from '../../errors.ts';
import type { OptionValue } from '../../funko/manifest/manifest.ts';
import type { SourceFolder } from '../detect/source-folder.ts';

/** What a folder must have. */
export interface Condition {
  /** Paths, as patterns of a .dockerignore. */
  readonly file?: string | readonly string[];
  /** Names of packages in package.json, also those for development; `*` stands for anything. */
  readonly dependency?: string | readonly string[];
  /** Names of scripts in package.json; as a mapping, with a regular expression that the script must match. */
  readonly script?: string | readonly string[] | Readonly<Record<string, string>>;
  /** Patterns of files, each with a regular expression that the text of one of them must match. */
  readonly text?: Readonly<Record<string, string>>;
}

export interface DetectRule extends Condition {
  /** What it finds, for people: `Next.js`. */
  readonly name?: string;
  /** From 1 to 99: how sure it is. */
  readonly priority: number;
  /** Conditions that must hold, too: for two packages, or two files. */
  readonly all?: readonly Condition[];
  /** Conditions none of which may hold. */
  readonly unless?: Condition | readonly Condition[];
  /** Options for funko.yml; texts are templates of one line. An empty text leaves the option out. */
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** More keys for funko.yml, in the same way. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** A sentence, a template: why funko.yml gets these options. */
  readonly reason?: string;
}

/** Why a rule holds. */
export interface Match {
  /** The file that was found. */
  readonly file: string;
  /** All files that count. */
  readonly files: readonly string[];
  /** The match of the last regular expression, its groups behind it. */
  readonly match: readonly string[];
  /** For people: `go.mod`, `next in package.json`. */
  readonly evidence: readonly string[];
}

/** How much of a matched text a person gets to see, in characters. */
const SHOWN = 40;

/**
 * Why a folder fits a rule; undefined if it does not.
 * Throws Error for an invalid pattern or regular expression, and for a rule without a condition.
 */
export function matchOf(rule: DetectRule, folder: SourceFolder): Match | undefined {
  const conditions = [rule, ...(rule.all ?? [])];
  const found = conditions.map((condition) => evidenceOf(condition, folder));
  if (found.some((each) => each === undefined)) return undefined;
  const [first, ...others] = found.flatMap((each) => each ?? []);
  if (first === undefined) throw new Error('a rule needs "file", "dependency", "script", "text" or "all"');
  const unless = [rule.unless ?? []].flat();
  if (unless.some((condition) => isAnyOf(condition, folder))) return undefined;
  const all = [first, ...others];
  return {
    file: first.file,
    files: all.map(({ file }) => file),
    match: all.findLast(({ match }) => match)?.match ?? [],
    evidence: all.map(({ text }) => text),
  };
}

interface Evidence {
  readonly file: string;
  readonly text: string;
  readonly match?: readonly string[];
}

type Test = (condition: Condition, folder: SourceFolder) => Evidence | undefined;

const TESTS: Readonly<Record<keyof Condition, Test>> = {
  file: ({ file = [] }, folder) => firstOf([file].flat(), (pattern) => fileFound(pattern, folder)),
  dependency: ({ dependency = [] }, folder) =>
    firstOf([dependency].flat(), (pattern) => dependencyFound(pattern, folder)),
  script: ({ script = [] }, folder) => firstOf(pairsOf(script), (pair) => scriptFound(pair, folder)),
  text: ({ text = {} }, folder) => firstOf(Object.entries(text), (pair) => textFound(pair, folder)),
};
const KEYS = Object.keys(TESTS) as (keyof Condition)[];

/** One piece for each key of a condition; undefined if one of them does not hold. */
function evidenceOf(condition: Condition, folder: SourceFolder): Evidence[] | undefined {
  const found = KEYS.filter((key) => condition[key] !== undefined).map((key) =>
    TESTS[key](condition, folder),
  );
  return found.every((each) => each !== undefined) ? found : undefined;
}

function isAnyOf(condition: Condition, folder: SourceFolder): boolean {
  return KEYS.some((key) => condition[key] !== undefined && TESTS[key](condition, folder) !== undefined);
}

function firstOf<T>(values: readonly T[], found: (value: T) => Evidence | undefined): Evidence | undefined {
  for (const value of values) {
    const evidence = found(value);
    if (evidence) return evidence;
  }
  return undefined;
}

function fileFound(pattern: string, { find }: SourceFolder): Evidence | undefined {
  const file = find(pattern);
  return file === undefined ? undefined : { file, text: file };
}

function dependencyFound(pattern: string, { packageJson }: SourceFolder): Evidence | undefined {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = expressionOf(`^${parts.join('.*')}$`);
  const name = Object.keys(packageJson.dependencies).find((each) => expression.test(each));
  return name === undefined ? undefined : { file: 'package.json', text: `${name} in package.json` };
}

function pairsOf(script: NonNullable<Condition['script']>): (readonly [name: string, pattern: string])[] {
  if (typeof script === 'string') return [[script, '']];
  return Array.isArray(script) ? script.map((name: string) => [name, '']) : Object.entries(script);
}

function scriptFound(
  [name, pattern]: readonly [string, string],
  { packageJson }: SourceFolder,
): Evidence | undefined {
  const match = expressionOf(pattern).exec(packageJson.scripts[name] ?? '');
  if (!match || !packageJson.scripts[name]) return undefined;
  return { file: 'package.json', text: `script "${name}" in package.json`, match: groupsOf(match) };
}

function textFound(
  [pattern, expression]: readonly [string, string],
  { findAll, text }: SourceFolder,
): Evidence | undefined {
  const wanted = expressionOf(expression);
  return firstOf(findAll(pattern), (file) => {
    const match = wanted.exec(text(file));
    if (!match) return undefined;
    const shown = match[0].trim().replace(/\s+/g, ' ').slice(0, SHOWN);
    return { file, text: shown === '' ? file : `${shown} in ${file}`, match: groupsOf(match) };
  });
}

function groupsOf(match: RegExpExecArray): string[] {
  return Array.from(match, (group: string | undefined) => group ?? '');
}

/** Without regard to case; `^` and `$` are the ends of lines. */
function expressionOf(source: string): RegExp {
  try {
    return new RegExp(source, 'im');
  } catch (error) {
    throw new Error(messageOf(error), { cause: error });
  }
}
