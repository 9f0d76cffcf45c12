/**
 * The files of a folder, as what they are: nothing is followed, nothing is read but names, kinds and modes.
 */
import { lstatSync, type Dirent } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import type { Ignores } from '../ignore/dockerignore.ts';

/** One thing in a build context. `path` is relative, with `/`; `mode` is its lowest 12 bits. */
export type ContextItem =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  | FileItem;

export interface FileItem {
  readonly kind: 'file';
  readonly path: string;
  readonly mode: number;
  readonly content: FileContent;
}

/** Where a file's bytes are: on disk (an absolute path, and the size when it was listed), or here. */
export type FileContent = { readonly file: string; readonly size: number } | { readonly bytes: Buffer };

export interface WalkOptions {
  /** What is left out; nothing if absent. */
  readonly ignores?: Ignores;
  /** Paths that are taken even if they are ignored, e.g. the Dockerfile. */
  readonly always?: ReadonlySet<string>;
  /** Paths that are never taken. */
  readonly never?: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * All items below a folder, each folder before what is in it, sorted by name.
 * @throws FaasoError `bad_context` for what can't be sent: FIFOs, sockets, devices, unreadable folders
 */
export async function walk(root: string, options: WalkOptions = {}): Promise<ContextItem[]> {
  const items: ContextItem[] = [];
  await walkFolder(root, '', options, items);
  return items;
}

async function walkFolder(
  root: string,
  folder: string,
  options: WalkOptions,
  items: ContextItem[],
): Promise<void> {
  options.signal?.throwIfAborted();
  for (const entry of await listFolder(root, folder)) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (options.never?.has(path)) continue;
    const ignored = options.ignores?.ignores(path, entry.isDirectory()) === true;
    const taken = options.always?.has(path) === true || !ignored;
    if (entry.isDirectory()) await walkBelow(root, path, taken, options, items);
    else if (taken) items.push(await itemOf(root, path, entry));
  }
}

/** An ignored folder is looked through only if a `!` pattern may bring something in it back; then it comes with it. */
async function walkBelow(
  root: string,
  path: string,
  taken: boolean,
  options: WalkOptions,
  items: ContextItem[],
): Promise<void> {
  if (!taken && options.ignores?.mayReturnBelow(path) !== true) return;
  const before = items.length;
  items.push({ kind: 'directory', path, mode: statOf(join(root, path)).mode });
  await walkFolder(root, path, options, items);
  if (!taken && items.length === before + 1) items.pop();
}

async function listFolder(root: string, folder: string): Promise<Dirent[]> {
  const absolute = join(root, folder);
  const entries = await readdir(absolute, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(absolute, error);
  });
  const broken = entries.find((entry) => entry.name.includes('\uFFFD'));
  if (broken)
    throw new FaasoError(
      'bad_context',
      `${join(absolute, broken.name)}: its name is not valid UTF-8; rename it`,
    );
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function itemOf(root: string, path: string, entry: Dirent): Promise<ContextItem> {
  const absolute = join(root, path);
  if (entry.isSymbolicLink()) return linkOf(absolute, path);
  if (!entry.isFile()) {
    throw new FaasoError(
      'bad_context',
      `${absolute}: ${kindOf(entry)} can't be sent; remove it or list it in .dockerignore`,
    );
  }
  const { mode, size } = statOf(absolute);
  return { kind: 'file', path, mode, content: { file: absolute, size } };
}

function statOf(absolute: string): { readonly mode: number; readonly size: number } {
  try {
    const { mode, size } = lstatSync(absolute);
    return { mode: mode & 0o7777, size };
  } catch (error) {
    throw unreadable(absolute, error);
  }
}

async function linkOf(absolute: string, path: string): Promise<ContextItem> {
  const target = await readlink(absolute).catch((error: unknown) => {
    throw unreadable(absolute, error);
  });
  return { kind: 'symlink', path, target };
}

function kindOf(entry: Dirent): string {
  if (entry.isFIFO()) return 'a FIFO';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}

/** The error for what could not be read, `bad_context`. */
export function unreadable(absolute: string, error: unknown): FaasoError {
  if (error instanceof FaasoError) return error;
  const code = systemCodeOf(error);
  const reason =
    code === 'EACCES' || code === 'EPERM'
      ? 'you may not read it'
      : code === 'ENOENT'
        ? 'it vanished while it was read'
        : messageOf(error);
  const fix =
    code === 'EACCES' || code === 'EPERM' ? '; change its permissions or list it in .dockerignore' : '';
  return new FaasoError('bad_context', `${absolute}: ${reason}${fix}`, { cause: error });
}
