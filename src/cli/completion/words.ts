/** The words of a place on a command line that are found elsewhere: funkos, runtimes, versions. Whatever fails gives none. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { escaped } from '../../util/control-characters.ts';
import { MANIFEST_FILES } from '../../funko/manifest/schema.ts';
import type { FunkoStatus } from '../../api/funko-api.ts';
import { connect } from '../connect/connect.ts';
import { runtimesFolder } from '../folders/runtimes-folder.ts';
import type { CliSession } from '../session.ts';
import type { Candidate } from './complete.ts';

/** A person waits at the keyboard. */
const WITHIN_MS = 1500;

/**
 * A word that every shell reads as itself, and no command as an option. Others are not offered: Bash writes a word of a completion
 * on the command line as it is, and the next Enter would run what stands in it. Folders are the exception, since shells quote those.
 */
const PLAIN_WORD = /^[a-zA-Z0-9][a-zA-Z0-9_.@-]*$/;

export interface CompletionWords {
  readonly candidates: readonly Candidate[];
  /** Whether a folder can stand there, too. */
  readonly folders: boolean;
}

/** The words that a place of this kind takes, all of them harmless to a shell. `local`: as with --local. Never throws. */
export async function wordsOf(kind: string, local: boolean, session: CliSession): Promise<CompletionWords> {
  switch (kind) {
    case 'folder':
      return { candidates: await funkoFolders(session.folder), folders: true };
    case 'funko':
      return { candidates: await funkos(local, session), folders: true };
    case 'version':
      return { candidates: await versions(local, session), folders: false };
    case 'server':
      return { candidates: await servers(session), folders: false };
    case 'runtime':
      return { candidates: await runtimes(), folders: true };
    default:
      return { candidates: [], folders: kind === 'dest' };
  }
}

async function funkos(local: boolean, session: CliSession): Promise<Candidate[]> {
  const all = await listed(local, session);
  return plain(
    all.map(({ name, state, latest }) => ({
      word: name,
      help: `${state}${latest === null ? '' : `, ${latest}`}`,
    })),
  );
}

async function versions(local: boolean, session: CliSession): Promise<Candidate[]> {
  const all = await listed(local, session);
  const words = new Set(all.flatMap(({ versions: some }) => some.map(({ version }) => version)));
  return plain([...words].map((word) => ({ word, help: '' })));
}

function plain(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ word }) => PLAIN_WORD.test(word));
}

async function listed(local: boolean, session: CliSession): Promise<FunkoStatus[]> {
  try {
    const { funkos: host } = await connect(session, { local });
    return await host.list(AbortSignal.any([session.signal, AbortSignal.timeout(WITHIN_MS)]));
  } catch {
    return [];
  }
}

async function servers(session: CliSession): Promise<Candidate[]> {
  const { listServers } = await import('../connect/named-servers.ts');
  const all = await listServers(session).catch(() => []);
  return plain(all.map(({ name, url }) => ({ word: name, help: url })));
}

async function runtimes(): Promise<Candidate[]> {
  const { listRuntimes } = await import('../../builder/runtime/runtime.ts');
  const all = await listRuntimes(runtimesFolder()).catch(() => []);
  return plain(all.map(({ name, description }) => ({ word: name, help: description })));
}

/** Folders that are funkos come before those that are not. */
async function funkoFolders(base: string): Promise<Candidate[]> {
  const entries = await readdir(base, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  // An answer is a line, and a tab ends its word.
  const folders = names.filter((name) => escaped(name) === name && !name.startsWith('-'));
  const isFunko = async (name: string): Promise<boolean> =>
    (await Promise.all(MANIFEST_FILES.map(async (file) => isFile(join(base, name, file))))).includes(true);
  const are = await Promise.all(folders.map(isFunko));
  return folders.filter((_, index) => are[index]).map((word) => ({ word, help: 'a funko' }));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
