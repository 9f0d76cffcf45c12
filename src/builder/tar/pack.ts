/** The items of a build context as a tar stream, files read one after the other while it flows. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, read as readCallback, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { FaasoError, systemCodeOf } from '../../errors.ts';
import { MANIFEST_FILE } from '../../funko/manifest/schema.ts';
import { contentTime, FIXED_TIME, timeOfDigest } from './content-time.ts';
import { tarOf, type FilledEntry, type TarEntry } from './tar.ts';
import { unreadable, type FileItem, type ContextItem } from '../files/walk.ts';

/** How much of a large file is in memory at a time; what is not larger is read at once. */
const CHUNK_BYTES = 256 * 1024;
/** A file that became a link or a FIFO since it was listed is not followed and does not block. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const ONE_MORE = Buffer.alloc(1);

const read = promisify(readCallback);

/** The times of large files, by path. They take a read of the whole file, and a tar has them before its bytes. */
export type KnownTimes = Map<string, number>;

export interface PackOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears how many bytes are passed on, each time. */
  readonly onBytes?: (bytes: number) => void;
  /** The time of every entry, in seconds since 1970; if absent, each file's follows from its content. */
  readonly time?: number;
  /** Times of large files that an earlier reading has learned. */
  readonly known?: KnownTimes;
  /** Where to put the times of large files. No file has a time in this tar then: it is read for its digest only. */
  readonly learned?: KnownTimes;
}

/**
 * Packs items: funko.yml first, the others sorted by path. The same items give the same bytes.
 * The stream fails with FaasoError `bad_context` for a file that can't be read or changes while it is read, and with
 * the signal's reason when that aborts.
 */
export function packItems(items: readonly ContextItem[], options: PackOptions = {}): Readable {
  const { signal } = options;
  const sorted = items.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  const onDestroy = (): void => signal?.removeEventListener('abort', abort);
  const tar = tarOf(entriesOf(sorted, options), { onDestroy, onBytes: options.onBytes });
  const abort = (): void => void tar.destroy(abortError(signal));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  return tar;
}

function abortError(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error
    ? signal.reason
    : new FaasoError('cancelled', 'The build was cancelled.');
}

function rank(item: ContextItem): number {
  return item.path === MANIFEST_FILE ? 0 : 1;
}

async function* entriesOf(items: readonly ContextItem[], options: PackOptions): AsyncGenerator<TarEntry> {
  for (const item of items) {
    const { path: name } = item;
    const mtime = options.time ?? FIXED_TIME;
    if (item.kind === 'directory') yield { type: 'directory', name, mode: item.mode, mtime };
    else if (item.kind === 'symlink')
      yield { type: 'symlink', name, mode: 0o777, mtime, target: item.target };
    else if ('bytes' in item.content) yield wholeFile(item, item.content.bytes, options);
    else yield* fileOnDisk(item, item.content.file, options);
  }
}

function wholeFile({ path: name, mode }: FileItem, bytes: Buffer, { time }: PackOptions): TarEntry {
  const mtime = time ?? contentTime(bytes);
  return { type: 'file', name, mode, mtime, size: bytes.length, body: [bytes] };
}

async function* fileOnDisk(item: FileItem, file: string, options: PackOptions): AsyncGenerator<TarEntry> {
  // One call after the other and none that is waited for: of many small files, waiting is most of the time.
  const fd = opened(file);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw changed(file);
    const open = { fd, file, size: stat.size };
    yield open.size <= CHUNK_BYTES ? smallFile(item, open, options) : await largeFile(item, open, options);
  } finally {
    closeSync(fd);
  }
}

function opened(file: string): number {
  try {
    return openSync(file, OPEN_FLAGS);
  } catch (error) {
    // ELOOP: a link; ENXIO: a socket. It was a file when it was listed.
    throw ['ELOOP', 'ENXIO'].includes(systemCodeOf(error) ?? '') ? changed(file) : unreadable(file, error);
  }
}

function smallFile({ path: name, mode }: FileItem, open: OpenFile, options: PackOptions): FilledEntry {
  const { time, learned } = options;
  const fill = (target: Buffer): number => {
    readWhole(open, target);
    return time ?? (learned ? 0 : contentTime(target));
  };
  return { type: 'file', name, mode, size: open.size, fill };
}

/** Reads exactly as many bytes as there is room for; one more is asked for, to know that the file ends here. */
function readWhole({ fd, file }: OpenFile, target: Buffer): void {
  let bytes = 0;
  let isLonger: boolean;
  try {
    for (let more = -1; more !== 0 && bytes < target.length; bytes += more)
      more = readSync(fd, target, bytes, target.length - bytes, null);
    isLonger = readSync(fd, ONE_MORE, 0, 1, null) > 0;
  } catch (error) {
    throw unreadable(file, error);
  }
  if (bytes < target.length || isLonger) throw changed(file);
}

interface OpenFile {
  readonly fd: number;
  readonly file: string;
  readonly size: number;
}

async function largeFile(
  { path: name, mode }: FileItem,
  open: OpenFile,
  options: PackOptions,
): Promise<TarEntry> {
  const { time, known, learned } = options;
  const { size } = open;
  if (learned) return { type: 'file', name, mode, mtime: 0, size, body: learning(open, name, learned) };
  const mtime = time ?? known?.get(name) ?? (await timeOf(open));
  return { type: 'file', name, mode, mtime, size, body: bytesOf(open) };
}

async function timeOf(open: OpenFile): Promise<number> {
  const hash = createHash('sha256');
  for await (const chunk of bytesOf(open)) hash.update(chunk);
  return timeOfDigest(hash.digest());
}

async function* learning(open: OpenFile, name: string, learned: KnownTimes): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of bytesOf(open)) {
    hash.update(chunk);
    yield chunk;
  }
  learned.set(name, timeOfDigest(hash.digest()));
}

/** Exactly `size` bytes, or an error: a tar header promised that many. */
async function* bytesOf({ fd, file, size }: OpenFile): AsyncGenerator<Uint8Array> {
  let position = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - position + 1));
    const { bytesRead } = await read(fd, buffer, 0, buffer.length, position).catch((error: unknown) => {
      throw unreadable(file, error);
    });
    position += bytesRead;
    if (position > size || (bytesRead === 0 && position < size)) throw changed(file);
    if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
    // One byte more than there should be was asked for: a read that comes back short says that the file ends here.
    if (bytesRead < buffer.length && position === size) return;
  }
}

function changed(path: string): FaasoError {
  return new FaasoError(
    'bad_context',
    `${path}: it changed while it was read; build again when nothing writes to it`,
  );
}
