/** What is told of a release command that failed. Pure. */
import type { UpEvent } from '../../api/up-event.ts';
import { FaasoError } from '../../errors.ts';
import { shownCommand, type Command } from '../../funko/processes.ts';
import { wordsOfRemains, type Remains } from './not-ready.ts';
import type { Version } from '../state/version-list.ts';
import { formatVersion } from '../../funko/naming/version.ts';

export interface ReleaseRun {
  readonly funko: string;
  readonly version: Version;
  /** How many of the last lines of its log are told if it fails; `SHOWN_LOG_LINES` if absent. */
  readonly logTail?: number | undefined;
  readonly onEvent: (event: UpEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whatever ended a release command, as the error that `up` promises.
 * @param error `release_failed` with what the command did as its message, or anything else
 * @param remains its container, and the end of its log
 */
export function failedRelease(
  error: unknown,
  { funko, version, signal }: ReleaseRun,
  remains: Remains,
  command: Command,
): unknown {
  const left = wordsOfRemains(remains);
  const more = left === undefined ? '' : ` ${left}.`;
  const { details, hint = '' } = remains;
  if (signal?.aborted === true) {
    const message = `Cancelled; the release command of ${funko} was stopped.${more}`;
    return new FaasoError('cancelled', message, { cause: error });
  }
  if (!(error instanceof FaasoError)) return error;
  const isFailed = error.code === 'release_failed';
  if (!isFailed && left === undefined) return error;
  const words = isFailed ? error.message : `was given up (${error.message})`;
  const name = `${funko} ${formatVersion(version.number)}`;
  const message = `The release command of ${name} ${words}: ${shownCommand(command)}. ${name} was not started.${more}${hint === '' ? '' : ` ${hint}`}`;
  return new FaasoError(error.code, message, { cause: error, details });
}
