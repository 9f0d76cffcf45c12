/** From words to an exit status: the one catch at the top. */
import { CommanderError } from 'commander';
import { FaasoError } from '../errors.ts';
import { FAILURE, Interrupted, Reported, SUCCESS, USAGE, statusOf } from './exit.ts';
import { Output } from './output/output.ts';
import { createProgram } from './program.ts';
import type { Session } from './session.ts';

/**
 * Runs one command.
 * @param words the command line without the program's name
 * @returns the exit status; nothing is thrown
 */
export async function run(words: readonly string[], session: Session): Promise<number> {
  try {
    const line = commandFirst(withLongLocal(words));
    const program = await createProgram(session, line);
    await program.parseAsync(line, { from: 'user' });
    return SUCCESS;
  } catch (error) {
    return report(error, session);
  }
}

/** An expected failure is its message, an unexpected one its stack: that one is a bug, and its place matters. */
function report(error: unknown, session: Session): number {
  if (error instanceof Reported) return error.status;
  if (error instanceof CommanderError) return error.exitCode === 0 ? SUCCESS : USAGE;
  const output = new Output(session);
  const { reason } = session.signal as { reason: unknown };
  if (reason instanceof Interrupted && isCancellation(error, reason)) {
    output.problem(reason);
    return reason.status;
  }
  if (error instanceof FaasoError) {
    output.problem(error);
    return statusOf(error);
  }
  output.bug(error);
  return FAILURE;
}

/** Whatever was cut short by the signal surfaces as a FaasoError `cancelled` or as an AbortError of Node's. */
function isCancellation(error: unknown, reason: Interrupted): boolean {
  if (error === reason) return true;
  if (error instanceof FaasoError) return error.code === 'cancelled';
  return error instanceof Error && (error.name === 'AbortError' || error.cause === reason);
}

/** `-local` is a spelling of `--local`; anything after `--` is left alone. */
function withLongLocal(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  return words.map((word, index) => (word === '-local' && (end < 0 || index < end) ? '--local' : word));
}

/** Options that nearly every command has; `faaso -l status` is as good as `faaso status -l`. */
const ANYWHERE = new Set(['-l', '--local', '-q', '--quiet', '--json']);

function commandFirst(words: readonly string[]): string[] {
  const at = words.findIndex((word) => !ANYWHERE.has(word));
  const command = at > 0 ? words[at] : undefined;
  if (command === undefined || command.startsWith('-')) return [...words];
  return [command, ...words.slice(0, at), ...words.slice(at + 1)];
}
