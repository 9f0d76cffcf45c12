/** An answer of the engine that is read as a whole: never more of it than a bound, and never beyond the deadline of its call. */
import type { IncomingMessage } from 'node:http';

/** The longest answer that is read unless the caller says otherwise: an inspect has some kilobytes, but labels have any length. */
export const MOST_ANSWER_BYTES = 16 * 1024 ** 2;
/** The same for a list that is read as a whole, of volumes. */
export const MOST_LIST_BYTES = 64 * 1024 ** 2;

/** An answer with an error status. */
export class Refused extends Error {
  readonly statusCode: number;
  readonly json: unknown;

  constructor(statusCode: number, bytes: Buffer) {
    super(bytes.toString('utf8').trim());
    this.statusCode = statusCode;
    this.json = jsonOf(bytes);
  }
}

/** The engine said more than is read. */
export class TooLong extends Error {
  constructor(mostBytes: number) {
    super(
      `the engine's answer is longer than ${mostBytes / 1024 ** 2} MiB (${mostBytes} bytes), and no more is read. ` +
        'Look for labels, environments or command lines of that size among its containers, images and volumes, and remove what has them.',
    );
  }
}

/** All bytes of an answer; its connection is given up where they are too many. Throws TooLong, and what the connection breaks with. */
export async function bytesOf(answer: AsyncIterable<unknown>, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop destroys the answer.
    if (bytes > mostBytes) throw new TooLong(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Why the engine refused. Throws as `bytesOf` does. */
export async function refusalOf(answer: IncomingMessage, mostBytes: number): Promise<Refused> {
  return new Refused(answer.statusCode ?? 0, await bytesOf(answer, mostBytes));
}

/** The JSON document in these bytes; undefined if they are not JSON. */
export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
