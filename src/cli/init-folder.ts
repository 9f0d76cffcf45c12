/** Makes a funko of a folder that has code: guesses its runtime, says why, asks where that is unsure, writes funko.yml. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { guessRuntimes, likeliest, type Guess } from '../builder/detect.ts';
import { findRuntime, listRuntimes } from '../builder/runtime.ts';
import { nameFromFolder, writeManifest } from '../builder/write-manifest.ts';
import { FaasoError } from '../errors.ts';
import { MANIFEST_FILE, MANIFEST_FILES } from '../funko/schema.ts';
import type { Output } from './output/output.ts';
import { ask, canAsk } from './prompt.ts';
import { runtimesFolder } from './runtimes-folder.ts';
import type { Session } from './session.ts';

export interface InitOptions {
  /** The funko's name; from the folder's if absent. */
  readonly name?: string;
  /** A runtime's name, or the path of one; guessed if absent. */
  readonly runtime?: string;
  /** Takes the likeliest without asking. */
  readonly yes?: boolean;
}

/**
 * Writes the funko.yml of a folder.
 * @param word the folder as it was written
 * @returns the funko's name
 * @throws FaasoError `conflict` if it has a funko.yml, `usage` if no runtime can be told, `bad_name`, `unknown_runtime`
 */
export async function initFolder(
  word: string,
  options: InitOptions,
  session: Session,
  output: Output,
): Promise<string> {
  const folder = resolve(session.folder, word);
  const found = (await readdir(folder)).find((name) => (MANIFEST_FILES as readonly string[]).includes(name));
  if (found !== undefined)
    throw new FaasoError('conflict', `${word} has a ${found} already; it was left as it is`);
  const name = options.name ?? nameFromFolder(folder);
  const guess = await guessFor(word, folder, options, session);
  await writeManifest(folder, name, guess);
  output.note(reasonOf(guess));
  output.note(`  made  ${join(word, MANIFEST_FILE)}  (${name}, ${nameOf(guess)})`);
  return name;
}

type Choice = Pick<Guess, 'runtime' | 'options'> & Partial<Guess>;

async function guessFor(
  word: string,
  folder: string,
  options: InitOptions,
  session: Session,
): Promise<Choice> {
  if (options.runtime !== undefined) return named(options.runtime, folder, session);
  const runtimes = await listRuntimes(runtimesFolder());
  const guesses = await guessRuntimes(folder, runtimes);
  const likely = likeliest(guesses);
  const [first] = likely;
  if (first !== undefined && (likely.length === 1 || options.yes === true)) return first;
  const known = runtimes.map(({ name }) => name);
  const what = first ? `${word} may be ${listOf(likely)}` : `nothing in ${word} tells its runtime`;
  if (!canAsk(session)) throw unsure(word, what, first ? likely.map(nameOf) : known, first !== undefined);
  const answer = await ask(
    `${what}. Runtime (${(first ? likely.map(nameOf) : known).join(', ')}): `,
    session,
  );
  return likely.find((one) => nameOf(one) === answer) ?? named(answer, folder, session);
}

/** The runtime that was asked for, with the options that the folder tells it. */
async function named(reference: string, folder: string, session: Session): Promise<Choice> {
  const from = { runtimesFolder: runtimesFolder(), from: session.folder, place: '' };
  const runtime = await findRuntime(reference, from);
  const [own] = (await guessRuntimes(folder, [runtime])).filter((guess) => guess.runtime !== null);
  return own ?? { runtime, options: {} };
}

function unsure(word: string, what: string, names: readonly string[], isGuess: boolean): FaasoError {
  const yes = isGuess ? ', or --yes for the first' : '';
  return new FaasoError('usage', `${what}; say which: faaso new ${word} -r ${names.join('|')}${yes}`);
}

function listOf(guesses: readonly Guess[]): string {
  return guesses.map((guess) => `${nameOf(guess)} (${guess.file})`).join(' or ');
}

function nameOf({ runtime }: Pick<Guess, 'runtime'>): string {
  return runtime === null ? 'its own Dockerfile' : runtime.name;
}

function reasonOf(guess: Choice): string {
  if (guess.file === undefined) return `The runtime is ${nameOf(guess)}, as you said`;
  return guess.runtime === null
    ? 'Found a Dockerfile: it needs no runtime'
    : `Found ${guess.file}: the runtime is ${nameOf(guess)}`;
}
