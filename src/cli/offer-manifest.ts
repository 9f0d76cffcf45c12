/** A folder with code and without a funko.yml: on a terminal it is offered to write one. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MANIFEST_FILE, MANIFEST_FILES } from '../funko/schema.ts';
import type { Output } from './output/output.ts';
import { canAsk, confirm } from './prompt.ts';
import type { Session } from './session.ts';
import { hasManifest, wordsOrHere } from './targets.ts';

/**
 * The folders that a command is to work on, as `wordsOrHere` gives them. If the only one has code and no funko.yml, a person at a
 * terminal is asked whether to write it.
 * @throws FaasoError `usage`, and what `initFolder` throws
 */
export async function foldersOf(
  words: readonly string[],
  command: string,
  session: Session,
  output: Output,
): Promise<readonly string[]> {
  const [only = '.', ...others] = words;
  if (others.length === 0 && canAsk(session) && (await isBare(resolve(session.folder, only)))) {
    const { initFolder } = await import('./init-folder.ts');
    if (await confirm(`${only} has no ${MANIFEST_FILE}. Write one?`, session))
      await initFolder(only, {}, session, output);
  }
  return wordsOrHere(await withoutOthers(words, session, output), session.folder, command);
}

/** Of several folders as a shell's pattern gives them (`a/ b/`), those that are no funkos are passed over, if some are. */
async function withoutOthers(
  words: readonly string[],
  { folder }: Session,
  output: Output,
): Promise<readonly string[]> {
  const passed = await Promise.all(
    words.map(async (word) => word.endsWith('/') && !(await hasManifest(resolve(folder, word)))),
  );
  if (words.length < 2 || !passed.includes(false)) return words;
  for (const word of words.filter((_, index) => passed[index]))
    output.note(`Passed over ${word}: it has no ${MANIFEST_FILE}`);
  return words.filter((_, index) => passed[index] !== true);
}

async function isBare(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.length > 0 && !names.some((name) => (MANIFEST_FILES as readonly string[]).includes(name));
}
