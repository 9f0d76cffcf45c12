/** From words to an exit status: the one catch at the top. */
import { CommanderError } from 'commander';
import { FaasoError } from '../errors.ts';
import { FAILURE, Interrupted, OutputLost, Reported, SUCCESS, USAGE, statusOf } from './exit.ts';
import { Output } from './output/output.ts';
import { createProgram } from './program.ts';
import type { CliSession } from './session.ts';
import { asExpected } from './system-error.ts';

/** Most work ends sooner, and says itself that it was cancelled. */
const REACT_WITHIN_MS = 50;

/**
 * Runs one command.
 * @param words the command line without the program's name
 * @returns the exit status; nothing is thrown
 */
export async function run(words: readonly string[], session: CliSession): Promise<number> {
  const error = await reacting(session, async () => failureOf(words, session));
  await flushed(session);
  const { reason } = session.signal as { reason: unknown };
  const isStopped = reason instanceof Interrupted && error !== undefined;
  if ((isStopped || reason instanceof OutputLost) && isCancellation(error, reason))
    return report(reason, session);
  return error === undefined ? SUCCESS : report(asExpected(error), session);
}

/** Who presses Ctrl-C sees that it was seen, though the work takes a while to end. */
async function reacting<T>({ signal, stderr }: CliSession, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    const { reason } = signal as { reason: unknown };
    if (!(reason instanceof Interrupted)) return;
    timer = setTimeout(() => {
      if (!reason.isTold) stderr.write('cancelling\n');
    }, REACT_WITHIN_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function failureOf(words: readonly string[], session: CliSession): Promise<unknown> {
  try {
    const line = commandFirst(withLongLocal(words));
    const program = await createProgram(session, line);
    await program.parseAsync(line, { from: 'user' });
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Resolves when it is known whether all output was taken. */
async function flushed({ stdout }: CliSession): Promise<void> {
  await new Promise((resolve) => stdout.write('', resolve));
}

/** An expected failure is its message, an unexpected one its stack: that one is a bug, and its place matters. */
function report(error: unknown, session: CliSession): number {
  if (error instanceof Reported) return error.status;
  if (error instanceof CommanderError) return error.exitCode === 0 ? SUCCESS : USAGE;
  const output = new Output(session);
  if (error instanceof FaasoError) {
    if (error.message !== '') output.problem(error);
    return statusOf(error);
  }
  output.bug(error);
  return FAILURE;
}

/** Whatever was cut short by the signal surfaces as a FaasoError `cancelled`, as an AbortError of Node's, or as what broke. */
function isCancellation(error: unknown, reason: Interrupted | OutputLost): boolean {
  if (error === undefined || error === reason || error === reason.cause) return true;
  if (error instanceof FaasoError) return error.code === 'cancelled';
  if (error instanceof CommanderError) return error.exitCode === 0;
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
  const at = commandAt(words);
  const command = at > 0 ? words[at] : undefined;
  if (command === undefined || command.startsWith('-')) return [...words];
  return [command, ...words.slice(0, at), ...words.slice(at + 1)];
}

function commandAt(words: readonly string[]): number {
  let at = 0;
  for (let word = words[0]; word !== undefined; word = words[at]) {
    if (word === '--server') at += 2;
    else if (ANYWHERE.has(word) || word.startsWith('--server=')) at += 1;
    else break;
  }
  return at;
}
