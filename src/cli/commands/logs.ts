/** `faaso logs [FUNKO…]`: what instances wrote, with -f as they write it. */
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import type { Funkos, LogLine, LogsRequest, LogsResult } from '../../lifecycle/funkos.ts';
import { FAILURE, Reported } from '../exit.ts';
import { hostFor } from '../funkos-for.ts';
import { LineMerge } from '../output/line-merge.ts';
import { LogPrinter } from '../output/log-printer.ts';
import { Output } from '../output/output.ts';
import type { Session } from '../session.ts';
import { nameOf } from '../targets.ts';
import { sinceArgument, tailArgument } from './log-arguments.ts';
import { withExamples, withJson, withLocal, type LocalOption, type OutputOptions } from './options.ts';

interface LogsOptions extends LocalOption, OutputOptions {
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly tail?: number;
  /** ISO 8601. */
  readonly since?: string;
  readonly instance?: string;
}

export function addLogs(program: Command, session: Session): void {
  const command = program
    .command('logs')
    .summary('show what funkos write')
    .description(
      'Shows what the instances of funkos wrote to stdout and stderr, all as one by time. With --follow it goes on, also ' +
        'over instances that are replaced meanwhile.',
    )
    .argument('[funko...]', 'names, or folders as in ./demo; all funkos if left out')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-t, --timestamps', 'print the time of each line')
    .option('--all', 'all funkos, as without a name')
    .option(
      '--tail <lines>',
      "each funko's last so many lines of what is there (default: 1000)",
      tailArgument,
    )
    .option('--since <time>', 'only from then on: 10m, 2h, 1d, or 2026-01-31T12:00:00Z', sinceArgument)
    .option('--instance <instance>', 'only this one, e.g. faaso-demo.2, or 2')
    .action((words: string[], options: LogsOptions) => logs(words, options, session));
  withJson(withLocal(command), 'print each line as JSON, with its time and instance');
  withExamples(command, 'faaso logs demo', 'faaso logs demo -f --tail 10', 'faaso logs -t --since 10m');
}

async function logs(words: readonly string[], options: LogsOptions, session: Session): Promise<void> {
  const output = new Output(session);
  const { funkos } = await hostFor(session, options);
  const names = await namesOf(words, funkos, session);
  const work = { funkos, output, session, printer: new LogPrinter(output, options) };
  const failed = await tellAll(names, requestOf(options), work);
  if (failed) throw new Reported(FAILURE);
}

async function namesOf(words: readonly string[], funkos: Funkos, session: Session): Promise<string[]> {
  if (words.length === 0) return (await funkos.list(session.signal)).map(({ name }) => name);
  return [...new Set(await Promise.all(words.map(async (word) => nameOf(word, session.folder))))];
}

function requestOf({ follow, tail, since, instance }: LogsOptions): Omit<LogsRequest, 'name'> {
  return {
    ...(follow === true ? { follow } : {}),
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since }),
    ...(instance === undefined ? {} : { instance }),
  };
}

interface Work {
  readonly funkos: Funkos;
  readonly output: Output;
  readonly session: Session;
  readonly printer: LogPrinter;
}

/** @returns whether one of several failed; the error of a single one is thrown */
async function tellAll(
  names: readonly string[],
  request: Omit<LogsRequest, 'name'>,
  work: Work,
): Promise<boolean> {
  const { funkos, output, session, printer } = work;
  const merge = new LineMerge<LogLine>(names.length, async (line) => printer.print(line));
  const tell = async (name: string, index: number): Promise<LogsResult | FaasoError> => {
    // What is followed comes as it is written: nobody waits for a funko that is silent.
    const onLine = async (line: LogLine): Promise<void> =>
      request.follow === true ? printer.print(line) : merge.add(index, line);
    try {
      return await funkos.logs({ name, ...request }, onLine, session.signal);
    } catch (error) {
      if (session.signal.aborted || names.length === 1 || !(error instanceof FaasoError)) throw error;
      output.problem(error, name);
      return error;
    } finally {
      merge.end(index);
    }
  };
  const results = await Promise.all(names.map(tell));
  return results.some((result) => result instanceof FaasoError);
}
