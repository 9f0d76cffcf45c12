/** What the words after a command stand for: folders with a funko.yml, or names of funkos. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FaasoError, systemCodeOf } from '../../errors.ts';
import { NAME_RULE } from '../../funko/naming/names.ts';
import { MANIFEST_FILE, MANIFEST_FILES } from '../../funko/manifest/schema.ts';
import { reasonOf } from '../system-error.ts';

/** A funko that was named, or whose folder was named. */
export interface CommandTarget {
  readonly name: string;
  /** The folder as it was written, null if a name was. */
  readonly folder: string | null;
}

/**
 * What a word stands for where folders are usual: a folder if it holds `/` or `.`, or if a folder of that name with a
 * funko.yml is there; else a name. Names of hand-made funkos are allowed, so what a name may be is left to the host.
 * @param base what a relative folder starts from
 * @throws FaasoError `bad_name`, `bad_context`, `bad_manifest`
 */
export async function targetOf(word: string, base: string): Promise<CommandTarget> {
  if (!isPath(word) && (await hasManifest(resolve(base, word)))) {
    return { name: await nameIn(word, base), folder: word };
  }
  return { name: await nameOf(word, base), folder: isPath(word) ? word : null };
}

/**
 * The funko that a word stands for where names are usual: a folder must be written with `/` or `.`, so that a folder that
 * happens to be called like a funko never has another one taken down or removed.
 * @param base what a relative folder starts from
 * @throws FaasoError `bad_name`, `bad_context`, `bad_manifest`
 */
export async function nameOf(word: string, base: string): Promise<string> {
  if (word === '') throw new FaasoError('bad_name', `"" is not a valid funko name: ${NAME_RULE}.`);
  return isPath(word) ? nameIn(word, base) : word;
}

/**
 * Refuses two words that stand for one funko: the work on it would be done twice, in an order that nobody chose. What a word that
 * stands for nothing lacks is told when its turn comes.
 * @throws FaasoError `usage`
 */
export async function checkDistinct(words: readonly string[], base: string): Promise<void> {
  if (words.length < 2) return;
  const before = new Map<string, string>();
  for (const word of new Set(words)) {
    const target = await targetOf(word, base).catch(() => undefined);
    if (!target) continue;
    const { name } = target;
    const other = before.get(name);
    if (other !== undefined) {
      const what = `${other} and ${word} are both the funko "${name}"`;
      throw new FaasoError('usage', `${what}; give one of them, or another name in its ${MANIFEST_FILE}`);
    }
    before.set(name, word);
  }
}

/**
 * The words, or without any this folder, if it is a funko's.
 * @param command what was asked for, for the message: `build`
 * @throws FaasoError `usage`
 */
export async function wordsOrHere(
  words: readonly string[],
  base: string,
  command: string,
): Promise<readonly string[]> {
  if (words.length > 0) return words;
  if (await hasManifest(base)) return ['.'];
  const message = `this folder has no ${MANIFEST_FILE}; write one for the code that is here: faaso new . Or name a funko's folder: faaso ${command} demo`;
  throw new FaasoError('usage', message);
}

/** Whether a word is a folder's path: it holds `/` or `.`, which no funko's name has. */
export function isPath(word: string): boolean {
  return /[/.]/.test(word);
}

async function nameIn(word: string, base: string): Promise<string> {
  const { manifestFileIn } = await import('../../builder/files/manifest-file.ts');
  const file = join(word, await manifestFileIn(resolve(base, word)));
  const { parseManifest } = await import('../../funko/manifest/manifest.ts');
  const text = await readFile(resolve(base, file), 'utf8').catch((error: unknown) => {
    throw unreadable(word, error);
  });
  return parseManifest(text, file).name;
}

function unreadable(word: string, error: unknown): FaasoError {
  const isMissing = ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '');
  const why = isMissing
    ? `${word} is not a folder with a ${MANIFEST_FILE}. Give the name of a funko, or its folder.`
    : `${join(word, MANIFEST_FILE)} can't be read: ${reasonOf(error)}`;
  return new FaasoError('bad_context', why, { cause: error });
}

/** Whether a folder has a funko.yml. */
export async function hasManifest(folder: string): Promise<boolean> {
  return (await Promise.all(MANIFEST_FILES.map(async (name) => isFile(join(folder, name))))).includes(true);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
