/**
 * A build context that somebody sent, checked while it streams and written again: nothing is unpacked to disk, and what
 * the engine gets is made by FaaSO's own tar writer, so that two readers of one tar can't disagree.
 */
import type { Readable } from 'node:stream';
import { extract as createExtract, type Extract } from 'tar-stream';
import { FaasoError, messageOf, shown, systemCodeOf } from '../../errors.ts';
import { MANIFEST_FILE } from '../../funko/manifest/schema.ts';
import { contentTime } from './content-time.ts';
import { beginsAsGzip, gzipError, inflated } from './inflate.ts';
import { drained, tarOf, type TarEntry } from './tar.ts';
import { checkFirst, TarRules, type Passed } from './tar-rules.ts';

export interface ReceiveLimits {
  /** Of the tar, headers included; where it came compressed, of what it inflates to. */
  readonly maxBytes: number;
  readonly maxEntries: number;
  /** Whether the tar comes compressed. */
  readonly gzip?: boolean;
}

export interface ReceivedContext {
  /** The text of funko.yml, not checked yet. */
  readonly manifestText: string;
  /** The whole build context, funko.yml its first entry. Read it or destroy it. */
  readonly tar: Readable;
}

/** The limit for entries if nothing else is said. */
export const DEFAULT_MAX_ENTRIES = 100_000;

/**
 * Reads a tar as far as funko.yml, its first entry, and gives the rest as a stream: what is read from it is read from
 * `input`, no more. Either one destroyed destroys the other. Who must still answer on the connection that carries
 * `input` passes a stream of its own, not the request itself.
 * @throws FaasoError `bad_context`, `too_large`, naming the entry; the tar that is returned fails with the same
 */
export async function receiveContext(input: Readable, limits: ReceiveLimits): Promise<ReceivedContext> {
  const extract = createExtract();
  const source = limits.gzip === true ? inflated(input) : input;
  const end = new EndOfArchive();
  void feed(source, extract, end, limits);
  const entries = passedEntries(extract, end, new TarRules(limits));
  const destroy = (): void => {
    input.destroy();
    extract.destroy(new Error('the reader of the build context went away'));
  };
  try {
    const manifest = await firstEntry(entries);
    const tar = tarOf(joined(manifest, entries), { onDestroy: destroy });
    return { manifestText: manifest.toString('utf8'), tar };
  } catch (error) {
    destroy();
    throw error;
  }
}

type WithBody = Passed & { readonly body: AsyncIterable<Uint8Array> };

async function* passedEntries(
  extract: Extract,
  end: EndOfArchive,
  rules: TarRules,
): AsyncGenerator<WithBody> {
  let last: string | undefined;
  try {
    for await (const source of extract) {
      last = source.header.name;
      const passed = rules.check(source.header);
      if (passed) yield { ...passed, body: bodyOf(source, last) };
      // Only a file's body was read; tar-stream continues when the body of each entry is at its end.
      source.resume();
    }
    if (!end.reached) throw new Error('it is cut off, or garbage follows its end');
  } catch (error) {
    throw asContextError(error, last);
  }
}

async function* bodyOf(source: AsyncIterable<unknown>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* source as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw asContextError(error, name);
  }
}

async function firstEntry(entries: AsyncGenerator<WithBody>): Promise<Buffer> {
  const first = await entries.next();
  if (first.done === true)
    throw new FaasoError('bad_context', 'The build context is empty; it must begin with funko.yml.');
  checkFirst(first.value);
  const chunks: Uint8Array[] = [];
  for await (const chunk of first.value.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* joined(manifest: Buffer, rest: AsyncGenerator<WithBody>): AsyncGenerator<TarEntry> {
  const mtime = contentTime(manifest);
  yield { type: 'file', name: MANIFEST_FILE, mode: 0o644, mtime, size: manifest.length, body: [manifest] };
  yield* rest;
}

/** Writes the input into the parser, counting; the parser is destroyed with whatever goes wrong. */
async function feed(
  input: Readable,
  extract: Extract,
  end: EndOfArchive,
  { maxBytes }: ReceiveLimits,
): Promise<void> {
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      if (end.bytes === 0 && beginsAsGzip(chunk)) throw compressed();
      end.saw(chunk);
      if (end.bytes > maxBytes) throw tooLarge(maxBytes);
      if (!extract.destroyed && !extract.write(chunk)) await drained(extract);
      if (extract.destroyed) return;
    }
    extract.end(null);
  } catch (error) {
    extract.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** A tar ends with blocks of zeros; a tar that was cut between two entries can be recognized by their absence only. */
class EndOfArchive {
  #tail = Buffer.alloc(0);
  bytes = 0;

  saw(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.#tail = Buffer.from(Buffer.concat([this.#tail, chunk.subarray(-512)]).subarray(-512));
  }

  get reached(): boolean {
    return this.bytes % 512 === 0 && this.#tail.length === 512 && this.#tail.every((byte) => byte === 0);
  }
}

function tooLarge(maxBytes: number): FaasoError {
  return new FaasoError(
    'too_large',
    `The build context is larger than ${maxBytes} bytes, the most that is taken; leave files out with .dockerignore.`,
  );
}

function compressed(): FaasoError {
  return new FaasoError(
    'bad_context',
    'The build context is compressed where a tar is expected; send a tar.gz as application/gzip.',
  );
}

/** @param last the name of the entry that was read last */
function asContextError(error: unknown, last?: string): FaasoError {
  if (error instanceof FaasoError) return error;
  const cut = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'ABORT_ERR'].includes(systemCodeOf(error) ?? '');
  const why = cut ? 'it was cut off while it was sent' : messageOf(error).replace(/\.$/, '');
  const where = last === undefined ? '' : ` (in or after the entry ${shown(last)})`;
  const message = `The build context is not a whole tar: ${why}${where}.`;
  return gzipError(error) ?? new FaasoError('bad_context', message, { cause: error });
}
