/** The beginning of a stream, read before anybody wants the stream. */
import { Readable } from 'node:stream';

/**
 * Reads a stream to its end, or until it has read more than `mostBytes`.
 * @returns the whole of it as `all`, or undefined and as `rest` a stream that gives everything from the first byte on
 * Throws what reading throws.
 */
export async function readAhead(
  source: Readable,
  mostBytes: number,
): Promise<{ readonly all: Buffer } | { readonly all: undefined; readonly rest: Readable }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const more = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    const next = await more.next();
    if (next.done === true) return { all: Buffer.concat(chunks) };
    chunks.push(next.value);
    bytes += next.value.length;
    if (bytes > mostBytes) return { all: undefined, rest: Readable.from(joined(chunks, more)) };
  }
}

async function* joined(chunks: Buffer[], more: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk;
  yield* { [Symbol.asyncIterator]: () => more };
}
