/**
 * A tar stream written entry by entry, with flat memory and the same bytes for the same input: no times, no owners,
 * modes reduced to "executable or not".
 */
import { Readable } from 'node:stream';
import { pack as createPack, type Header, type Pack } from 'tar-stream';

/** The same content makes the same layer whenever it is built. */
const NO_TIME = new Date(0);

type Sink = ReturnType<Pack['entry']>;

export type TarEntry =
  | { readonly type: 'directory'; readonly name: string }
  | { readonly type: 'symlink' | 'link'; readonly name: string; readonly target: string }
  | {
      readonly type: 'file';
      readonly name: string;
      readonly executable: boolean;
      /** Bytes; the body must give exactly that many. */
      readonly size: number;
      readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
    };

/**
 * The entries as a tar, all of the same time. Nothing is asked of `entries` before the first read, and never more than the reader takes.
 * An error of `entries` destroys the stream with it; destroying the stream calls `onDestroy` and ends `entries`.
 */
export function tarOf(
  entries: AsyncIterable<TarEntry>,
  onDestroy: () => void = () => undefined,
  time = NO_TIME,
): Readable {
  const pack = createPack();
  let started = false;
  const out = new Readable({
    read() {
      if (!started) void feed(pack, entries, time);
      started = true;
      pack.resume();
    },
    destroy(error, done) {
      pack.destroy();
      onDestroy();
      done(error);
    },
  });
  // Destroyed before anybody listens, e.g. by an abort signal: who reads later sees the error all the same.
  out.on('error', () => undefined);
  pack.on('data', (chunk) => {
    if (!out.push(chunk)) pack.pause();
  });
  pack.on('end', () => out.push(null));
  pack.on('error', (error) => out.destroy(error));
  return out;
}

async function feed(pack: Pack, entries: AsyncIterable<TarEntry>, time: Date): Promise<void> {
  try {
    for await (const entry of entries) {
      await add(pack, entry, time);
    }
    pack.finalize();
  } catch (error) {
    pack.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

async function add(pack: Pack, entry: TarEntry, time: Date): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  // Both the callback and the body's loop below can fail; the first one counts.
  promise.catch(() => undefined);
  const sink = pack.entry({ ...headersOf(entry), mtime: time }, (error) =>
    error ? reject(error) : resolve(undefined),
  );
  sink.on('error', reject);
  if (entry.type === 'file') {
    await write(sink, entry.body);
    sink.end(null);
  }
  await promise;
}

async function write(sink: Sink, body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  for await (const chunk of body) {
    if (!sink.destroyed && !sink.write(chunk)) await drained(sink);
    if (sink.destroyed) throw new Error('the reader of the tar went away');
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

function headersOf(entry: TarEntry): Partial<Header> & Pick<Header, 'name'> {
  const executable = entry.type === 'directory' || (entry.type === 'file' && entry.executable);
  return {
    name: entry.type === 'directory' ? `${entry.name}/` : entry.name,
    type: entry.type,
    size: entry.type === 'file' ? entry.size : 0,
    mode: executable ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    ...('target' in entry ? { linkname: entry.target } : {}),
  };
}
