/** Exit statuses: 0 success, 1 failure, 2 wrong usage, 128 + N stopped by signal N. */
import { constants } from 'node:os';
import { FaasoError, type ErrorCode } from '../errors.ts';

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

/** Why the session's signal was aborted: somebody stopped the command. */
export class Interrupted extends FaasoError {
  readonly status: number;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super('cancelled', 'cancelled');
    this.status = 128 + constants.signals[signal];
  }
}

/** The exit status for an expected failure. */
export function statusOf(error: FaasoError): number {
  if (error instanceof Interrupted) return error.status;
  return USAGE_CODES.has(error.code) ? USAGE : FAILURE;
}
