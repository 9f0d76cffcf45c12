/**
 * A build context that somebody sent, checked while it streams and written anew: nothing is unpacked to disk, and what
 * goes on to the engine is made by FaaSO's own tar writer, so that two readers of one tar can't disagree.
 */
import type { Readable } from 'node:stream';
import { extract as createExtract, type Extract } from 'tar-stream';
import { FaasoError, messageOf, systemCodeOf } from '../errors.ts';
import { drained, tarOf, type TarEntry } from './tar.ts';
import { checkFirst, TarRules, type Passed } from './tar-rules.ts';

export interface ReceiveLimits {
  /** Of the tar as it was sent, headers included. */
  readonly maxBytes: number;
  readonly maxEntries: number;
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
  void feed(input, extract, limits.maxBytes);
  const entries = passedEntries(extract, new TarRules(limits.maxEntries));
  const destroy = (): void => {
    input.destroy();
    extract.destroy(new Error('the reader of the build context went away'));
  };
  try {
    const manifest = await firstEntry(entries);
    const tar = tarOf(joined(manifest, entries), destroy);
    return { manifestText: manifest.toString('utf8'), tar };
  } catch (error) {
    destroy();
    throw error;
  }
}

type WithBody = Passed & { readonly body: AsyncIterable<Uint8Array> };

async function* passedEntries(extract: Extract, rules: TarRules): AsyncGenerator<WithBody> {
  try {
    for await (const source of extract) {
      const passed = rules.check(source.header);
      if (passed) yield { ...passed, body: source as AsyncIterable<Uint8Array> };
      // Only a file's body was read; tar-stream goes on when the body of each entry is at its end.
      source.resume();
    }
  } catch (error) {
    throw asContextError(error);
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
  yield { type: 'file', name: 'funko.yml', executable: false, size: manifest.length, body: [manifest] };
  yield* rest;
}

/** Writes the input into the parser, counting; the parser is destroyed with whatever goes wrong. */
async function feed(input: Readable, extract: Extract, maxBytes: number): Promise<void> {
  const end = new EndOfArchive();
  let bytes = 0;
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      end.saw(chunk);
      if (!extract.destroyed && !extract.write(chunk)) await drained(extract);
      if (extract.destroyed) return;
    }
    if (!end.reached(bytes))
      throw new FaasoError('bad_context', 'The build context is cut off: its tar has no end.');
    extract.end(null);
  } catch (error) {
    extract.destroy(asContextError(error));
  }
}

/** A tar ends with blocks of zeros; one that was cut off between two entries can be told by their absence only. */
class EndOfArchive {
  #tail = Buffer.alloc(0);

  saw(chunk: Buffer): void {
    this.#tail = Buffer.from(Buffer.concat([this.#tail, chunk.subarray(-1024)]).subarray(-1024));
  }

  reached(bytes: number): boolean {
    return (
      bytes > 0 &&
      bytes % 512 === 0 &&
      this.#tail.length >= 512 &&
      this.#tail.subarray(-512).every((byte) => byte === 0)
    );
  }
}

function tooLarge(maxBytes: number): FaasoError {
  return new FaasoError(
    'too_large',
    `The build context is larger than ${maxBytes} bytes, the most that is taken; leave files out with .dockerignore.`,
  );
}

function asContextError(error: unknown): FaasoError {
  if (error instanceof FaasoError) return error;
  const cut = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'ABORT_ERR'].includes(systemCodeOf(error) ?? '');
  const why = cut ? 'it was cut off while it was sent' : messageOf(error);
  return new FaasoError('bad_context', `The build context is not a whole tar: ${why}.`, { cause: error });
}
