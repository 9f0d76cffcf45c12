/** Folders and tars for the builder's tests. */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { extract, pack, type Header } from 'tar-stream';

/** What a path holds: a file's text, a folder, a link, or an executable file. */
export type Content = string | Buffer | { folder: true } | { link: string } | { executable: string };

export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  at(path: string): string;
}

/** The folder of the runtimes that come with FaaSO. */
export const RUNTIMES = join(import.meta.dirname, '../../../runtimes');

/** Runtimes whose compilers take minutes to install on a machine that has none: `npm run test:frameworks` checks them. */
export const CHECKED_APART: readonly string[] = ['java', 'rust'];

/** A new folder with the given content; gone when its scope ends. */
export async function tempFolder(files: Record<string, Content> = {}): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), 'faaso-test-'));
  for (const [name, content] of Object.entries(files)) await put(join(path, name), content);
  return {
    path,
    at: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function put(path: string, content: Content): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (typeof content === 'string' || Buffer.isBuffer(content)) await writeFile(path, content);
  else if ('folder' in content) await mkdir(path, { recursive: true });
  else if ('link' in content) await symlink(content.link, path);
  else {
    await writeFile(path, content.executable);
    await chmod(path, 0o755);
  }
}

export interface Entry {
  readonly header: Header;
  readonly text: string;
}

/** All entries of a tar, in their order. Rejects with the stream's own error. */
export async function entriesOf(tar: Readable): Promise<Entry[]> {
  const parser = extract();
  const entries: Entry[] = [];
  const written = writeInto(tar, parser);
  // The loop below fails with the same error.
  written.catch(() => undefined);
  for await (const source of parser) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of source as AsyncIterable<Uint8Array>) chunks.push(chunk);
    entries.push({ header: source.header, text: Buffer.concat(chunks).toString() });
  }
  await written;
  return entries;
}

async function writeInto(tar: Readable, parser: ReturnType<typeof extract>): Promise<void> {
  try {
    for await (const chunk of tar) parser.write(chunk);
    parser.end(null);
  } catch (error) {
    parser.destroy(error as Error);
    throw error;
  }
}

/** Names of a tar's entries, in their order. */
export async function namesOf(tar: Readable): Promise<string[]> {
  return (await entriesOf(tar)).map(({ header }) => header.name);
}

/** A tar made by tar-stream, with whatever headers a test wants. */
export function tarWith(entries: readonly [Partial<Header> & { name: string }, string?][]): Promise<Buffer> {
  const packed = pack();
  for (const [header, text] of entries) packed.entry({ ...header }, text ?? '');
  packed.finalize();
  return bytesOf(packed as unknown as AsyncIterable<Uint8Array>);
}

/** All bytes of a stream. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes as a stream, in chunks of a given size. */
export function streamOf(bytes: Buffer, chunkBytes = 64 * 1024): Readable {
  return Readable.from(chunksOf(bytes, chunkBytes), { objectMode: false });
}

function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
