/** Values of options and arguments, checked as they are read. */
import { InvalidArgumentError } from 'commander';
import { parseVersion } from '../../funko/naming/version.ts';

/** The longest that can be waited for, in seconds. */
export const MOST_SECONDS = 3600;

/** A version: `v2`. Throws InvalidArgumentError. */
export function versionArgument(text: string): string {
  if (parseVersion(text) === undefined) throw new InvalidArgumentError('It must be v1, v2, and so on.');
  return text;
}

/** Seconds, as milliseconds. Throws InvalidArgumentError. */
export function millisecondsArgument(text: string): number {
  const seconds = /^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : NaN;
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds * 1000;
  throw new InvalidArgumentError(`It must be a number of seconds, at most ${MOST_SECONDS}.`);
}
