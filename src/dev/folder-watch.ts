/**
 * Says that something has changed in some folders, not what: its listener looks at everything again. So an event
 * that is lost within a burst, a rename, or a save aside and over the old file make no difference. Each folder is watched
 * by itself, so that one that is ignored costs nothing.
 */
import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { FaasoError, systemCodeOf } from '../errors.ts';

/** A change is reported when no other has come for this long, … */
const QUIET_MS = 20;
/** … but no later than this after the first. */
const PATIENCE_MS = 200;

interface Watched {
  /** Another folder of the same name has another one. */
  readonly identity: string;
  readonly watcher: FSWatcher;
}

export class FolderWatch implements Disposable {
  readonly #watched = new Map<string, Watched>();
  #changed = Promise.withResolvers<void>();
  #lastAt = 0;

  /**
   * From now on watches these folders, as far as they are there, and no others.
   * @returns whether there is one among them that was not watched until now: what was in it was seen by nobody
   * @throws FaasoError `bad_setting` when the system allows no more
   */
  async follow(folders: readonly string[]): Promise<boolean> {
    const wanted = new Set(folders);
    for (const folder of this.#watched.keys()) if (!wanted.has(folder)) this.#drop(folder);
    const news = await Promise.all([...wanted].map(async (folder) => this.#add(folder)));
    return news.includes(true);
  }

  /** Resolves when something changes; at once if something has since `next` last resolved. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** As `changed`, when it is over. */
  async next(signal: AbortSignal): Promise<void> {
    await until(this.changed, signal);
    const end = performance.now() + PATIENCE_MS;
    for (let now = performance.now(); now < Math.min(end, this.#lastAt + QUIET_MS); now = performance.now())
      await until(pause(Math.min(end, this.#lastAt + QUIET_MS) - now), signal);
    this.#changed = Promise.withResolvers<void>();
  }

  [Symbol.dispose](): void {
    for (const folder of this.#watched.keys()) this.#drop(folder);
  }

  async #add(folder: string): Promise<boolean> {
    const found = await stat(folder).catch(() => undefined);
    const identity = found?.isDirectory() === true ? `${found.ino} ${found.birthtimeMs}` : undefined;
    if (this.#watched.get(folder)?.identity === identity) return false;
    this.#drop(folder);
    if (identity === undefined) return false;
    try {
      const watcher = watch(folder, { persistent: true }, () => this.#hear());
      // A folder that goes is an event of the one above it.
      watcher.on('error', () => this.#drop(folder));
      this.#watched.set(folder, { identity, watcher });
      return true;
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return false;
      const message = `the folder ${folder} can't be watched (${systemCodeOf(error) ?? String(error)}); the system may limit how many can: see fs.inotify.max_user_watches and fs.inotify.max_user_instances`;
      throw new FaasoError('bad_setting', message, { cause: error });
    }
  }

  #hear(): void {
    this.#lastAt = performance.now();
    this.#changed.resolve();
  }

  #drop(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }
}

/** Waits for a promise, or rejects with the signal's reason. */
export async function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
