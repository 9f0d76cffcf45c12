/** A tar stream written entry by entry, with flat memory and the same bytes for the same input: all is root's. */
import { Readable } from 'node:stream';
import { BLOCK_BYTES, headerBlocks, padding } from './tar-header.ts';

interface WrittenStat {
  /** Permissions, set-user-ID, set-group-ID and sticky bit. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

export type TarEntry =
  | (WrittenStat & { readonly type: 'directory'; readonly name: string })
  | (WrittenStat & { readonly type: 'symlink' | 'link'; readonly name: string; readonly target: string })
  | (WrittenStat & {
      readonly type: 'file';
      readonly name: string;
      /** Bytes; the body must give exactly that many. */
      readonly size: number;
      readonly body: AsyncIterable<Uint8Array> | readonly Uint8Array[];
    });

/** What is passed on at a time: small entries together. */
const CHUNK_BYTES = 64 * 1024;

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
  // Destroyed before anybody listens, e.g. by an abort signal: who reads later sees the error all the same.
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
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(entries)) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  yield Buffer.concat(held);
}

async function* piecesOf(entries: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array, undefined> {
  for await (const entry of entries) {
    if (entry.type !== 'file') yield headerBlocks({ ...entry, size: 0 });
    else if (isWhole(entry.body))
      yield Buffer.concat([headerBlocks(entry), ...entry.body, padding(entry.size)]);
    else {
      yield headerBlocks(entry);
      yield* entry.body;
      yield padding(entry.size);
    }
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

function isWhole(body: AsyncIterable<Uint8Array> | readonly Uint8Array[]): body is readonly Uint8Array[] {
  return Array.isArray(body);
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
