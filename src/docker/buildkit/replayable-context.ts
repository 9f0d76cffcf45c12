/** A stream that can be read a second time, if it is not too long. */
import { finished, Readable } from 'node:stream';

export interface ReplayableContext {
  /** To be read in place of the source; it fails as the source does. */
  readonly stream: Readable;
  /** What the source gave, from its first byte; undefined if it has not ended or was longer than the limit. */
  all(): Readable | undefined;
}

/** Keeps what is read of a stream of buffers, up to a number of bytes. */
export function replayable(source: Readable, limitBytes: number): ReplayableContext {
  const kept: Buffer[] = [];
  let bytes = 0;
  let isWhole = false;
  async function* pieces(): AsyncGenerator<Buffer> {
    for await (const piece of source as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes <= limitBytes) kept.push(piece);
      else kept.length = 0;
      yield piece;
    }
    isWhole = bytes <= limitBytes;
  }
  const stream = Readable.from(pieces(), { objectMode: false });
  // Also where nothing has been read of it yet.
  finished(source, { writable: false }, (error) => {
    if (error) stream.destroy(error);
  });
  return {
    stream,
    all: () => (isWhole ? Readable.from(kept, { objectMode: false }) : undefined),
  };
}
