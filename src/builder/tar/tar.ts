/** A tar stream written entry by entry, with flat memory and the same bytes for the same input: all is root's. */
import { Readable } from 'node:stream';
import { BLOCK_BYTES, headerBlocks, headerBytes, padding, paddingBytes } from './tar-header.ts';

interface WrittenStat {
  /** Permissions, set-user-ID, set-group-ID and sticky bit. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

export type TarEntry =
  | (WrittenStat & { readonly type: 'directory'; readonly name: string })
  | (WrittenStat & { readonly type: 'symlink' | 'link'; readonly name: string; readonly target: string })
  | FileEntry
  | FilledEntry;

interface FileEntry extends WrittenStat {
  readonly type: 'file';
  readonly name: string;
  /** Bytes; the body must give exactly that many. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array> | readonly Uint8Array[];
}

/** A file that is read straight into the tar: of many small files, buffers of their own would cost most of the time. */
export interface FilledEntry extends Omit<WrittenStat, 'mtime'> {
  readonly type: 'file';
  readonly name: string;
  readonly size: number;
  /** Fills `target`, which has `size` bytes, and gives the modification time in seconds since 1970. */
  readonly fill: (target: Buffer) => number;
}

/** How much is passed on at a time: small entries together. */
const CHUNK_BYTES = 256 * 1024;
/** A piece of this size is passed on as it is. */
const UNCOPIED_BYTES = 32 * 1024;
const NONE: readonly Buffer[] = [];

export interface TarListener {
  /** The stream was destroyed. */
  readonly onDestroy?: () => void;
  /** So many bytes are passed on. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * The entries as a tar. Nothing is asked of `entries` before the first read, and never more than the reader takes.
 * An error of `entries` destroys the stream with it; destroying the stream ends `entries`.
 */
export function tarOf(entries: AsyncIterable<TarEntry>, listener: TarListener = {}): Readable {
  const chunks = chunksOf(entries);
  const out: Readable = new Readable({
    read() {
      void pass(chunks, out, listener);
    },
    destroy(error, done) {
      listener.onDestroy?.();
      void chunks.return(undefined).catch(() => undefined);
      done(error);
    },
  });
  // Destroyed before anybody listens, e.g. by an abort signal: a later reader still gets the error.
  out.on('error', () => undefined);
  return out;
}

async function pass(
  chunks: AsyncGenerator<Buffer, undefined>,
  out: Readable,
  { onBytes }: TarListener,
): Promise<void> {
  try {
    const next = await chunks.next();
    if (next.done !== true) onBytes?.(next.value.length);
    if (!out.destroyed) out.push(next.done === true ? null : next.value);
  } catch (error) {
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

async function* chunksOf(entries: AsyncIterable<TarEntry>): AsyncGenerator<Buffer, undefined> {
  const chunks = new Chunks();
  for await (const entry of entries) {
    if (isStreamed(entry)) {
      chunks.put(headerBlocks(entry));
      for await (const piece of entry.body) {
        chunks.put(piece);
        yield* chunks.full();
      }
      chunks.put(padding(entry.size));
    } else writeWhole(chunks, entry);
    yield* chunks.full();
  }
  chunks.put(Buffer.alloc(2 * BLOCK_BYTES));
  yield* chunks.rest();
}

type Streamed = FileEntry & { readonly body: AsyncIterable<Uint8Array> };

function isStreamed(entry: TarEntry): entry is Streamed {
  return entry.type === 'file' && 'body' in entry && !Array.isArray(entry.body);
}

function writeWhole(chunks: Chunks, entry: Exclude<TarEntry, Streamed>): void {
  if (entry.type !== 'file') chunks.put(headerBlocks({ ...entry, size: 0 }));
  else if ('fill' in entry) writeFilled(chunks, entry);
  else {
    chunks.put(headerBlocks(entry));
    for (const piece of entry.body as readonly Uint8Array[]) chunks.put(piece);
    chunks.put(padding(entry.size));
  }
}

function writeFilled(chunks: Chunks, { fill, ...stat }: FilledEntry): void {
  const before = headerBytes(stat);
  const after = before + stat.size;
  const place = chunks.room(after + paddingBytes(stat.size));
  const mtime = fill(place.subarray(before, after));
  place.set(headerBlocks({ ...stat, mtime }));
  place.fill(0, after);
}

/** Buffers of one size, filled from their start. */
class Chunks {
  #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #used = 0;
  #full: Buffer[] = [];

  /** The place for the next `bytes`, in one piece. The caller fills all of it. */
  room(bytes: number): Buffer {
    if (bytes > CHUNK_BYTES - this.#used) this.#turn();
    if (bytes > CHUNK_BYTES) {
      const own = Buffer.allocUnsafeSlow(bytes);
      this.#full.push(own);
      return own;
    }
    this.#used += bytes;
    return this.#buffer.subarray(this.#used - bytes, this.#used);
  }

  /** Takes a piece, which is the chunks' own from now on: a large one is not copied. */
  put(piece: Uint8Array): void {
    if (piece.length < UNCOPIED_BYTES) this.room(piece.length).set(piece);
    else {
      this.#turn();
      this.#full.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
    }
  }

  /** The chunks that are full. They are forgotten. */
  full(): readonly Buffer[] {
    if (this.#full.length === 0) return NONE;
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** The chunks that are full, and what there is of the last one. */
  rest(): readonly Buffer[] {
    this.#turn();
    return this.full();
  }

  #turn(): void {
    if (this.#used === 0) return;
    this.#full.push(this.#buffer.subarray(0, this.#used));
    this.#buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#used = 0;
  }
}

interface Drains {
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Resolves when a stream takes more, or never will. */
export async function drained(sink: Drains): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const done = (): void => resolve(undefined);
  sink.once('drain', done);
  sink.once('close', done);
  await promise;
  sink.off('drain', done);
  sink.off('close', done);
}
