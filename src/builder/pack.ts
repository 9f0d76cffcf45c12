/** The items of a build context as a tar stream, files read one after the other while it flows. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FaasoError, systemCodeOf } from '../errors.ts';
import { MANIFEST_FILE } from '../funko/schema.ts';
import { tarOf, type TarEntry } from './tar.ts';
import { unreadable, type Content, type Item } from './walk.ts';

/** How much of a file is in memory at a time. */
const CHUNK_BYTES = 64 * 1024;
/** A file that became a link or a FIFO since it was listed is not followed and does not block. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Packs items: funko.yml first, the others sorted by path.
 * @param time of all of them; none if absent, so that the same items give the same bytes
 * The stream fails with FaasoError `bad_context` for a file that can't be read or changes while it is read, and with
 * the signal's reason when that aborts.
 */
export function packItems(items: readonly Item[], signal?: AbortSignal, time?: Date): Readable {
  const sorted = items.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  const tar = tarOf(entriesOf(sorted), () => signal?.removeEventListener('abort', abort), time);
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

function rank(item: Item): number {
  return item.path === MANIFEST_FILE ? 0 : 1;
}

async function* entriesOf(items: readonly Item[]): AsyncGenerator<TarEntry> {
  for (const item of items) {
    if (item.kind === 'directory') yield { type: 'directory', name: item.path };
    else if (item.kind === 'symlink') yield { type: 'symlink', name: item.path, target: item.target };
    else yield* fileEntry(item.path, item.executable, item.content);
  }
}

async function* fileEntry(name: string, executable: boolean, content: Content): AsyncGenerator<TarEntry> {
  if ('bytes' in content) {
    yield { type: 'file', name, executable, size: content.bytes.length, body: [content.bytes] };
    return;
  }
  await using file = await openFile(content.file);
  const stat = await file.stat();
  if (!stat.isFile()) throw changed(content.file);
  yield { type: 'file', name, executable, size: stat.size, body: bytesOf(file, content.file, stat.size) };
}

async function openFile(path: string): Promise<FileHandle> {
  return open(path, OPEN_FLAGS).catch((error: unknown) => {
    // ELOOP: a link; ENXIO: a socket. It was a file when it was listed.
    throw ['ELOOP', 'ENXIO'].includes(systemCodeOf(error) ?? '') ? changed(path) : unreadable(path, error);
  });
}

/** Exactly `size` bytes, or an error: a tar header promised that many. */
async function* bytesOf(file: FileHandle, path: string, size: number): AsyncGenerator<Uint8Array> {
  let position = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - position + 1));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    position += bytesRead;
    if (position > size || (bytesRead === 0 && position < size)) throw changed(path);
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
