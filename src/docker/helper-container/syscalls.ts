/** System calls that the helper container makes: one after the other, each with its result. */
import type { Socket } from 'node:net';
import { FaasoError } from '../../errors.ts';
import { framesOf } from '../logs/demultiplex.ts';
import { FRAME_ADDRESS, FRAME_BYTES, PAYLOAD_AT, type CallNumbers } from './program.ts';

/** The most bytes that one call can take along or bring back. */
export const PAYLOAD_BYTES = FRAME_BYTES - PAYLOAD_AT;

/** A text is passed as a path, ended by a zero; bytes as they are. */
type Argument = number | string | Buffer;

export interface SyscallResult {
  /** As the kernel gives it: a failure is the negative number of the error. */
  readonly value: number;
  /** What lies where the call's first text or bytes lay. */
  readonly payload: Buffer;
}

/** Linux's numbers, which are not those of every system that this runs on. */
const ERRORS: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  5: 'EIO',
  13: 'EACCES',
  17: 'EEXIST',
  20: 'ENOTDIR',
  21: 'EISDIR',
  27: 'EFBIG',
  28: 'ENOSPC',
  30: 'EROFS',
  122: 'EDQUOT',
};

export class Syscalls {
  readonly #socket: Socket;
  readonly #numbers: CallNumbers;
  readonly #replies: AsyncGenerator<Buffer>;

  constructor(socket: Socket, numbers: CallNumbers) {
    this.#socket = socket;
    this.#numbers = numbers;
    this.#replies = repliesOf(socket);
  }

  /** Makes a call. Throws `engine_unreachable` if the helper container has ended. */
  async call(name: keyof CallNumbers, ...given: readonly Argument[]): Promise<SyscallResult> {
    this.#socket.write(frameOf(this.#numbers[name], given));
    const { value: reply } = (await this.#replies.next()) as IteratorResult<Buffer, undefined>;
    if (!reply)
      throw new FaasoError('engine_unreachable', 'The engine broke off what a helper container was doing.');
    return { value: Number(reply.readBigInt64LE(0)), payload: reply.subarray(PAYLOAD_AT) };
  }

  /** Makes a call that must succeed. Throws `engine_failed` with the kernel's word for the failure. */
  async must(name: keyof CallNumbers, ...given: readonly Argument[]): Promise<SyscallResult> {
    const result = await this.call(name, ...given);
    if (result.value >= 0) return result;
    throw new FaasoError('engine_failed', `A helper container failed: ${name}: ${errorName(result.value)}.`);
  }
}

/** The kernel's word for a failed call's value. */
export function errorName(value: number): string {
  return ERRORS[-value] ?? `error ${-value}`;
}

/** Whether a call failed since there is no such file. */
export function isMissing({ value }: SyscallResult): boolean {
  return ERRORS[-value] === 'ENOENT';
}

function frameOf(number: number, given: readonly Argument[]): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeBigUInt64LE(BigInt(number), 0);
  let at = PAYLOAD_AT;
  given.forEach((argument, index) => {
    const slot = 8 * (index + 1);
    if (typeof argument === 'number') {
      frame.writeBigInt64LE(BigInt(argument), slot);
      return;
    }
    const bytes = typeof argument === 'string' ? Buffer.from(`${argument}\0`) : argument;
    if (at + bytes.length > FRAME_BYTES) throw new RangeError('a system call takes too much along');
    bytes.copy(frame, at);
    frame.writeBigInt64LE(BigInt(FRAME_ADDRESS + at), slot);
    at += bytes.length;
  });
  return frame;
}

async function* repliesOf(socket: Socket): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const { bytes } of framesOf(socket)) {
    pending = Buffer.concat([pending, bytes]);
    while (pending.length >= FRAME_BYTES) {
      yield pending.subarray(0, FRAME_BYTES);
      pending = pending.subarray(FRAME_BYTES);
    }
  }
}
