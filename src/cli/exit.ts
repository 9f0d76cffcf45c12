/** Exit statuses: 0 success, 1 failure, 2 wrong usage, 128 + N stopped by signal N. */
import { constants } from 'node:os';
import { FaasoError, systemCodeOf, type ErrorCode } from '../errors.ts';
import { wordsOfCode } from './system-error.ts';

export const SUCCESS = 0;
export const FAILURE = 1;
export const USAGE = 2;

/** Codes that mean the command line or a setting was wrong, not that the work failed. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['usage', 'bad_setting', 'bad_name']);

/** Everything was said already; only the exit status is left. */
export class Reported extends Error {
  override readonly name = 'Reported';
  readonly status: number;

  constructor(status: number) {
    super(`exit status ${status}`);
    this.status = status;
  }
}

/** Somebody stopped the command. */
export class Interrupted extends FaasoError {
  readonly status: number;
  /** Whether a line says what becomes of the work. */
  isTold = false;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super('cancelled', 'cancelled');
    this.status = 128 + constants.signals[signal];
  }
}

/** What a reader that has seen enough says (`| head -1`), and a terminal that was closed. */
const READER_GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO']);

/** Nobody takes the output any more: there is nothing left to do. Its message is empty where that is no failure of anybody's. */
export class OutputLost extends FaasoError {
  /** As of a program that SIGPIPE ended, if the reader has gone. */
  readonly status: number;

  constructor(cause: Error) {
    const code = systemCodeOf(cause);
    const isReaderGone = READER_GONE.has(code);
    super('cancelled', isReaderGone ? '' : `cannot write: ${wordsOfCode(code) ?? cause.message}`, {
      cause,
    });
    this.status = isReaderGone ? 128 + constants.signals.SIGPIPE : FAILURE;
  }
}

/** Runs something until Ctrl-C, which ends it silently. Throws what `work` throws. */
export async function untilInterrupted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { reason } = signal as { reason: unknown };
    throw reason instanceof Interrupted ? new Reported(reason.status) : error;
  }
}

/** The exit status for an expected failure. */
export function statusOf(error: FaasoError): number {
  if (error instanceof Interrupted || error instanceof OutputLost) return error.status;
  return USAGE_CODES.has(error.code) ? USAGE : FAILURE;
}
