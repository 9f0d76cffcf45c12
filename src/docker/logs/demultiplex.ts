/** What a program wrote to its two outputs, as the engine sends both over one connection. */
import { FaasoError } from '../../errors.ts';

/** The engine's own frames have 16 KiB of a log and 32 KiB of what is attached to. */
const LONGEST_FRAME = 16 * 1024 ** 2;
/** A frame's head: stream, three zeros, length (as in the engine's "attach to a container"). */
const HEAD_BYTES = 8;

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
  /** Of what a terminal wrote: then it is any part of it. */
  readonly framed?: false;
}

/**
 * The frames in what the engine sends. What a terminal wrote has none and is given as it comes; it is told by its first byte,
 * which in a log begins a time and so is never 0 to 2. Throws `engine_failed` for a frame that is too long.
 */
export async function* framesOf(log: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let pending: Buffer = Buffer.alloc(0);
  let framed: boolean | undefined;
  for await (const chunk of log) {
    framed ??= (chunk[0] ?? 0) <= 2;
    if (!framed) {
      yield { stream: 'stdout', bytes: chunk, framed };
      continue;
    }
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + pending.readUInt32BE(4);
      if (end > LONGEST_FRAME) throw tooLong(end);
      if (pending.length < end) break;
      const stream = pending[0] === 2 ? 'stderr' : 'stdout';
      yield { stream, bytes: pending.subarray(HEAD_BYTES, end) };
      pending = pending.subarray(end);
    }
  }
}

function tooLong(bytes: number): FaasoError {
  const message = `The engine announces ${bytes} bytes of output in one piece; at most ${LONGEST_FRAME} are read. Restart Docker, and look at its log.`;
  return new FaasoError('engine_failed', message);
}
