/** What funko.yml a folder with code is to get, and why: the runtime is told by what lies there, and asked for where that is unsure. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { guessRuntimes, likeliest, type Guess } from '../../builder/detect/detect.ts';
import { procfileKeys } from '../../builder/runtime/procfile.ts';
import { findRuntime, listRuntimes, type Runtime } from '../../builder/runtime/runtime.ts';
import { manifestText, nameFromFolder } from '../../builder/write-manifest.ts';
import { FaasoError } from '../../errors.ts';
import { MANIFEST_FILES } from '../../funko/manifest/schema.ts';
import { printable } from '../output/printable.ts';
import { ask, canAsk } from '../terminal/prompt.ts';
import { runtimesFolder } from './runtimes-folder.ts';
import { trustOf } from './trusted-runtimes.ts';
import type { TrustFlags } from '../options/trust-option.ts';
import type { CliSession } from '../session.ts';
import { ownRuntimesFolder } from '../settings.ts';

export interface PlanOptions extends TrustFlags {
  /** The funko's name; from package.json's or the folder's if absent. */
  readonly name?: string;
  /** A runtime's name, or the path of one; guessed if absent. */
  readonly runtime?: string;
  /** Takes the likeliest without asking. */
  readonly yes?: boolean;
}

/** A funko.yml that is not written yet. */
export interface ManifestPlan {
  /** Absolute. */
  readonly folder: string;
  /** The funko's name. */
  readonly name: string;
  /** What it is made for: a runtime's name, or `its own Dockerfile`. */
  readonly maker: string;
  readonly text: string;
  /** For people: what was found, and why funko.yml says what it says. */
  readonly reasons: readonly string[];
}

/**
 * Plans the funko.yml of a folder.
 * @param word the folder as it was written
 * @param command what else tells the runtime, for messages: `faaso init shop`
 * @throws FaasoError `conflict` if it has a funko.yml, `usage` if no runtime can be told, `bad_name`, `unknown_runtime`
 */
export async function planManifest(
  word: string,
  options: PlanOptions,
  session: CliSession,
): Promise<ManifestPlan> {
  const folder = resolve(session.folder, word);
  const found = (await readdir(folder)).find((name) => (MANIFEST_FILES as readonly string[]).includes(name));
  if (found !== undefined)
    throw new FaasoError('conflict', `${word} has a ${found} already; it was left as it is`);
  const { choice, others } = await choose(word, folder, options, session);
  const name = options.name ?? nameFromFolder(folder, choice.packageName);
  // A Dockerfile's image need not have what the Procfile's commands are.
  const processes = choice.runtime === null ? {} : procfileKeys(folder);
  const manifest = { ...choice.manifest, ...processes };
  return {
    folder,
    name,
    maker: nameOf(choice),
    text: manifestText(folder, name, { ...choice, manifest }),
    reasons: [...reasonsOf(choice, others, word), ...procfileReason(Object.keys(processes))],
  };
}

type Choice = Pick<Guess, 'runtime' | 'options'> & Partial<Guess>;

interface ChosenRuntime {
  readonly choice: Choice;
  /** What else is likely. */
  readonly others: readonly Guess[];
}

async function choose(
  word: string,
  folder: string,
  options: PlanOptions,
  session: CliSession,
): Promise<ChosenRuntime> {
  const alone = async (reference: string): Promise<ChosenRuntime> => ({
    choice: await named(reference, folder, options, session),
    others: [],
  });
  if (options.runtime !== undefined) return alone(options.runtime);
  const runtimes = await allRuntimes(session);
  const likely = likeliest(await guessRuntimes(folder, runtimes));
  const [first, ...others] = likely;
  if (first !== undefined && (others.length === 0 || options.yes === true)) return { choice: first, others };
  const names = first ? likely.map(nameOf) : runtimes.map(({ name }) => name);
  const what = first ? `${word} may be ${listOf(likely)}` : `nothing in ${word} tells its runtime`;
  if (!canAsk(session)) throw unsure(word, what, names, first !== undefined);
  const answer = await ask(`${what}. Runtime (${names.join(', ')}): `, session);
  const guess = likely.find((one) => nameOf(one) === answer);
  return guess ? { choice: guess, others: [] } : alone(answer);
}

/** One's own come first where priorities are the same. */
async function allRuntimes({ environment, folder }: CliSession): Promise<Runtime[]> {
  const own = ownRuntimesFolder(environment);
  const [mine, built] = await Promise.all([
    own === undefined ? [] : listRuntimes(resolve(folder, own), { byPath: true }),
    listRuntimes(runtimesFolder()),
  ]);
  return [...mine, ...built];
}

/** The runtime that was asked for, with the options that the folder tells it. */
async function named(
  reference: string,
  folder: string,
  options: TrustFlags,
  session: CliSession,
): Promise<Choice> {
  const trust = trustOf(options, session);
  const from = { runtimesFolder: runtimesFolder(), from: session.folder, place: '', trust };
  const runtime = await findRuntime(reference, from);
  const [own] = (await guessRuntimes(folder, [runtime])).filter((guess) => guess.runtime !== null);
  return own ?? { runtime, options: {} };
}

function unsure(word: string, what: string, names: readonly string[], isGuess: boolean): FaasoError {
  const yes = isGuess ? ', or --yes for the first' : '';
  return new FaasoError('usage', `${what}; say which: faaso init ${word} -r ${names.join('|')}${yes}`);
}

function listOf(guesses: readonly Guess[]): string {
  return guesses.map((guess) => `${nameOf(guess)} (${evidenceOf(guess)})`).join(' or ');
}

function nameOf({ runtime }: Pick<Guess, 'runtime'>): string {
  return runtime === null ? 'its own Dockerfile' : runtime.name;
}

function evidenceOf({ evidence = [] }: Choice): string {
  return printable([...new Set(evidence)].join(', '));
}

function procfileReason(keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`The Procfile says what to run as ${keys.join(' and ')}`];
}

function reasonsOf(choice: Choice, others: readonly Guess[], word: string): string[] {
  if (choice.evidence === undefined) return [`The runtime is ${nameOf(choice)}, as you said`];
  if (choice.runtime === null) return ['Found a Dockerfile: it needs no runtime'];
  const what = choice.name === undefined ? evidenceOf(choice) : `${choice.name} (${evidenceOf(choice)})`;
  const [other] = others;
  return [
    `Found ${what}: the runtime is ${choice.runtime.name}`,
    ...(choice.reason === undefined ? [] : [printable(choice.reason)]),
    ...(other === undefined
      ? []
      : [`It may also be ${listOf(others)}: faaso init ${word} -r ${nameOf(other)}`]),
  ];
}
