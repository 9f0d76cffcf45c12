/**
 * The logs of instances that were removed: a file each, written before the container goes. They are best effort: nothing
 * else reads them, and what is lost of them does no harm.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../docker/engine/engine.ts';
import { isFunkoName } from '../../funko/naming/names.ts';
import type { KeptInstance, LogLine } from '../../api/log-request.ts';
import { endsOrNone, type LogEnds } from './log-ends.ts';
import { lineOf } from './log-order.ts';
import { LABEL } from '../../funko/naming/labels.ts';

/** How many removed instances of each funko have their logs kept: those that were removed last. */
const MOST_KEPT = 10;
/** Of all funkos together. */
const MOST_BYTES = 64 * 1024 ** 2;
const SUFFIX = '.ndjson';

/** What goes. */
interface Gone {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface KeptLog extends KeptInstance {
  readonly lines: readonly LogLine[];
}

export class KeptLogs {
  readonly #folder: string | undefined;

  /** @param folder undefined: nothing is kept */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  /**
   * Keeps both ends of the log of a container that will be removed. Never rejects.
   * @param reason why it goes, to be read after its name
   * @param ends what was read of it, if that was done already
   */
  async keep(engine: Engine, gone: Gone, reason: string, ends?: LogEnds): Promise<void> {
    const funko = gone.labels[LABEL.funko] ?? '';
    if (this.#folder === undefined || !isFunkoName(funko)) return;
    const text = textOf(gone, reason, ends ?? (await endsOrNone(engine, gone.id)));
    await this.#write(join(this.#folder, funko), text).catch(() => undefined);
    await this.#prune(this.#folder).catch(() => undefined);
  }

  /** What is kept of a funko, the oldest first. */
  async of(funko: string): Promise<KeptLog[]> {
    if (this.#folder === undefined || !isFunkoName(funko)) return [];
    const folder = join(this.#folder, funko);
    const logs = await Promise.all((await filesIn(folder)).map(async (file) => read(join(folder, file))));
    return logs.filter((log) => log !== undefined);
  }

  /** Forgets all of a funko. Never rejects. */
  async forget(funko: string): Promise<void> {
    if (this.#folder === undefined || !isFunkoName(funko)) return;
    await rm(join(this.#folder, funko), { recursive: true, force: true }).catch(() => undefined);
  }

  /** Written aside and renamed: a file that is there is whole. */
  async #write(folder: string, text: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const time = new Date().toISOString().replaceAll(':', '-');
    const name = `${time}-${randomUUID().slice(0, 8)}`;
    const draft = join(folder, `.${name}`);
    try {
      await using handle = await open(draft, 'wx', 0o600);
      await handle.writeFile(text);
      await rename(draft, join(folder, name + SUFFIX));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** Removes what is too much, and drafts of a process that was killed. */
  async #prune(folder: string): Promise<void> {
    const funkos = (await readdir(folder)).filter((name) => isFunkoName(name));
    const kept: { path: string; name: string; bytes: number }[] = [];
    for (const funko of funkos) {
      const files = await filesIn(join(folder, funko));
      for (const name of files.slice(0, -MOST_KEPT)) await rm(join(folder, funko, name), { force: true });
      for (const name of files.slice(-MOST_KEPT)) {
        const path = join(folder, funko, name);
        kept.push({ path, name, bytes: (await stat(path).catch(() => undefined))?.size ?? 0 });
      }
    }
    kept.sort((a, b) => (a.name < b.name ? 1 : -1));
    let bytes = 0;
    for (const file of kept) {
      bytes += file.bytes;
      if (bytes > MOST_BYTES) await rm(file.path, { force: true });
    }
  }
}

/** By time. A draft that is older than any writing takes is removed. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const stale = new Date(Date.now() - 60_000).toISOString().replaceAll(':', '-');
  const drafts = names.filter((name) => name.startsWith('.') && name < `.${stale}`);
  await Promise.all(drafts.map(async (name) => rm(join(folder, name), { force: true })));
  return names.filter((name) => !name.startsWith('.') && name.endsWith(SUFFIX)).sort();
}

function textOf({ id, name, labels }: Gone, reason: string, { first, leftOut, last }: LogEnds): string {
  const version = labels[LABEL.version] ?? null;
  const head: KeptInstance = {
    instance: name,
    version,
    removedAt: new Date().toISOString(),
    reason,
    leftOut,
  };
  const source = { id, name, version };
  const lines = [...first, ...last].map((line) => lineOf(source, line));
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Undefined if it has gone meanwhile, or is no such file. */
async function read(path: string): Promise<KeptLog | undefined> {
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    const [head, ...rest] = lines.map((line) => JSON.parse(line) as unknown);
    return { ...(head as KeptInstance), lines: rest as LogLine[] };
  } catch {
    return undefined;
  }
}
