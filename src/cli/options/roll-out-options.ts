/** The options of all commands that start instances: how they get into service. */
import { InvalidArgumentError, type Command } from 'commander';
import type { RollOutOptions } from '../../api/funko-api.ts';
import { MOST_SECONDS, millisecondsArgument } from './arguments.ts';
import { tailArgument } from './log-arguments.ts';
import { DEFAULT_START_SECONDS, DEFAULT_STEADY_SECONDS, SHOWN_LOG_LINES } from '../../funko/defaults.ts';

/** As commander reads them; times in milliseconds. */
export interface RollOutFlags {
  readonly timeout?: number;
  readonly steady?: number;
  readonly surge?: boolean;
  readonly tail?: number;
  /** False with `--no-wait`. */
  readonly wait?: boolean;
}

/** `--timeout`, `--steady`, `--surge` and `--no-wait`. */
export function withRollOut(command: Command): Command {
  return command
    .option(
      '--timeout <seconds>',
      `how long an instance may take to get ready (default: timeouts.start of funko.yml, or ${DEFAULT_START_SECONDS})`,
      millisecondsArgument,
    )
    .option(
      '--steady <seconds>',
      `how long new instances are watched before old ones go (default: ${DEFAULT_STEADY_SECONDS})`,
      steadyArgument,
    )
    .option('--surge', 'start all new instances at once, not one after the other')
    .option(
      '--tail <lines>',
      `of a failed instance, show the first ${SHOWN_LOG_LINES} and the last N log lines (default: ${SHOWN_LOG_LINES})`,
      tailArgument,
    )
    .option('--no-wait', 'fail at once if another operation on the funko is in progress');
}

/** What the interface wants to know. */
export function rollOutOf({ timeout, steady, surge, tail, wait }: RollOutFlags): RollOutOptions {
  return {
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(steady === undefined ? {} : { steadyMs: steady }),
    ...(surge === true ? { surge } : {}),
    ...(tail === undefined ? {} : { logTail: tail }),
    ...(wait === false ? { whenBusy: 'refuse' as const } : {}),
  };
}

function steadyArgument(text: string): number {
  if (text === '0') return 0;
  try {
    return millisecondsArgument(text);
  } catch {
    throw new InvalidArgumentError(`It must be a number of seconds from 0 to ${MOST_SECONDS}.`);
  }
}
