/** Folders with code and without a funko.yml: a command that builds says what they are, and writes the file after asking. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FaasoError } from '../../errors.ts';
import { MANIFEST_FILE, MANIFEST_FILES } from '../../funko/manifest/schema.ts';
import type { Output } from '../output/output.ts';
import type { ManifestPlan } from './plan-manifest.ts';
import { canAsk, confirm } from '../terminal/prompt.ts';
import type { CliSession } from '../session.ts';
import { hasManifest, isPath, wordsOrHere } from './funko-targets.ts';

export interface OfferOptions {
  /** What was asked for, for messages: `build`. */
  readonly command: string;
  /** Writes the file without asking. */
  readonly yes?: boolean | undefined;
  /** Whether a word without `/` and `.` is a funko's name, not a folder. */
  readonly byName?: boolean;
}

/**
 * The folders that a command is to work on, as `wordsOrHere` gives them. Each that has code and no funko.yml gets one, if a person
 * at the terminal or `yes` says so.
 * @throws FaasoError `usage` with the file as it would be, and what `planManifest` and `writeManifest` throw
 */
export async function foldersOf(
  words: readonly string[],
  options: OfferOptions,
  session: CliSession,
  output: Output,
): Promise<readonly string[]> {
  const kept = await withoutOthers(words, session, output);
  for (const word of kept.length === 0 ? ['.'] : kept)
    if (await isBare(word, options, session)) await offer(word, options, session, output);
  return wordsOrHere(kept, session.folder, options.command);
}

async function offer(
  word: string,
  options: OfferOptions,
  session: CliSession,
  output: Output,
): Promise<void> {
  const [{ planManifest }, { linesOf, writePlan }] = await Promise.all([
    import('./plan-manifest.ts'),
    import('./init-folder.ts'),
  ]);
  const yes = options.yes === true;
  const plan = await planManifest(word, { yes: yes || !canAsk(session) }, session);
  const lines = linesOf(plan).map((line) => `    ${line}`);
  if (!yes && !canAsk(session)) throw unwritten(word, plan, lines);
  if (yes) for (const line of plan.reasons) output.note(line);
  else
    await askFor(
      word,
      [...plan.reasons, `${join(word, MANIFEST_FILE)} would be:`, ...lines],
      session,
      output,
    );
  await writePlan(word, plan, output);
  if (yes) for (const line of lines) output.note(line);
}

async function askFor(
  word: string,
  lines: readonly string[],
  session: CliSession,
  output: Output,
): Promise<void> {
  for (const line of lines) output.always(line);
  if (await confirm('Write it and continue?', session, { usual: true })) return;
  const message = `${join(word, MANIFEST_FILE)} was not written; to choose: faaso init ${word} -r RUNTIME`;
  throw new FaasoError('usage', message);
}

function unwritten(word: string, { reasons }: ManifestPlan, lines: readonly string[]): FaasoError {
  const how = `add --yes to write this one and continue, or write it with: faaso init ${word}`;
  return new FaasoError('usage', `${word} has no ${MANIFEST_FILE}; ${how}`, {
    details: [...reasons, ...lines],
  });
}

/** Of several folders as a shell's pattern gives them (`a/ b/`), those that are no funkos are passed over, if some are. */
async function withoutOthers(
  words: readonly string[],
  { folder }: CliSession,
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

async function isBare(
  word: string,
  { byName = false }: OfferOptions,
  { folder }: CliSession,
): Promise<boolean> {
  if (byName && !isPath(word)) return false;
  const names = await readdir(resolve(folder, word)).catch(() => []);
  return names.length > 0 && !names.some((name) => (MANIFEST_FILES as readonly string[]).includes(name));
}
