/** `faaso logs [FUNKO…]`: what instances wrote, with -f as they write it. */
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import type { FunkoApi, LogsRequest, LogsResult } from '../../api/funko-api.ts';
import { FAILURE, Reported, untilInterrupted } from '../exit.ts';
import { connect } from '../connect/connect.ts';
import { downLines, goneLine } from '../output/kept-lines.ts';
import { LogPrinter } from '../output/log-printer.ts';
import { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';
import { nameOf } from '../folders/funko-targets.ts';
import { followAll, tellAll, type LogsWork } from '../output/tell-logs.ts';
import { accessLog } from './access-log.ts';
import { sinceArgument, tailArgument } from '../options/log-arguments.ts';
import {
  withExamples,
  withJson,
  withLocal,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';
import { DEFAULT_LOG_TAIL } from '../../funko/defaults.ts';

interface LogsOptions extends LocalOption, OutputOptions {
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly tail?: number;
  /** ISO 8601. */
  readonly since?: string;
  readonly instance?: string;
  readonly previous?: boolean;
  readonly requests?: boolean;
}

export function addLogs(program: Command, session: CliSession): void {
  const command = program
    .command('logs')
    .summary('show what funkos write')
    .description(
      'Shows what the instances and workers of funkos wrote to stdout and stderr, all as one by time. With --follow it continues, also ' +
        'when instances are replaced.',
    )
    .argument('[funko...]', 'names, or folders as in ./demo; all funkos if left out')
    .option('-f, --follow', 'follow until Ctrl-C')
    .option('-t, --timestamps', 'print the time of each line')
    .option('--all', 'all funkos, as without a name')
    .option(
      '--tail <lines>',
      `only the last N lines of each funko (default: ${DEFAULT_LOG_TAIL})`,
      tailArgument,
    )
    .option('--since <time>', 'only lines since: 10m, 2h, 1d, or 2026-01-31T12:00:00Z', sinceArgument)
    .option('-p, --previous', 'the logs of removed instances: replaced, failed, taken down')
    .option('--requests', 'the requests that the funkos were sent, from the access log of the server')
    .option(
      '--instance <instance>',
      'only this one, e.g. faaso-demo.2, or 2; a worker by its name, or mailer.2',
    )
    .action((words: string[], options: LogsOptions) => logs(words, options, session));
  withJson(withLocal(command), 'print each line as JSON, with its time and instance');
  withExamples(
    command,
    'faaso logs demo',
    'faaso logs demo -f --tail 10',
    'faaso logs -t --since 10m',
    'faaso logs --previous demo',
    'faaso logs --requests -f demo',
  );
}

async function logs(words: readonly string[], options: LogsOptions, session: CliSession): Promise<void> {
  if (options.follow === true && options.previous === true)
    throw new FaasoError(
      'usage',
      '--previous and --follow exclude each other: removed instances write no new lines',
    );
  if (options.requests === true) return accessLog(words, options, session);
  const output = new Output(session);
  const { funkos } = await connect(session, options);
  const names = await namesOf(words, funkos, session);
  const work = { funkos, output, session, printer: new LogPrinter(output, options) };
  if (options.follow === true) await noteMissing(words, names, work);
  const request = requestOf(options);
  const follow = async (): ReturnType<typeof tellAll> =>
    followAll(names, request, { ...work, isOpen: words.length === 0 });
  const results = await (options.follow === true
    ? untilInterrupted(session.signal, follow)
    : tellAll(names, request, work));
  const missing = results.map((result) => isMissing(result, options, words.length > 0, output));
  if (missing.includes(true)) throw new Reported(FAILURE);
}

async function namesOf(words: readonly string[], funkos: FunkoApi, session: CliSession): Promise<string[]> {
  if (words.length === 0) return (await funkos.list(session.signal)).map(({ name }) => name);
  return [...new Set(await Promise.all(words.map(async (word) => nameOf(word, session.folder))))];
}

function requestOf({ follow, tail, since, instance, previous }: LogsOptions): Omit<LogsRequest, 'name'> {
  return {
    ...(follow === true ? { follow } : {}),
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since }),
    ...(instance === undefined ? {} : { instance }),
    ...(previous === true ? { previous } : {}),
  };
}

/** A user who waits for lines should know that nothing writes any. */
async function noteMissing(
  words: readonly string[],
  names: readonly string[],
  work: LogsWork,
): Promise<void> {
  const { funkos, output, session } = work;
  for (const name of words.length > 0 ? names : []) {
    const found = await funkos.show(name, session.signal).catch(() => undefined);
    if (found?.instances.length === 0) output.note(`${name} is down: waiting for an instance of it`);
  }
}

/** Says on stderr what there was no log of. @returns whether that is a failure: of a funko that was named */
function isMissing(
  result: LogsResult | FaasoError,
  { previous, local }: LogsOptions,
  isNamed: boolean,
  output: Output,
): boolean {
  if (result instanceof FaasoError) return true;
  if (previous === true) {
    for (const gone of result.previous) output.note(goneLine(gone));
    const isNothing = isNamed && result.previous.length === 0;
    if (isNothing) output.always(`no log of an instance of ${result.funko} that is gone is kept`);
    return isNothing;
  }
  if (!isNamed || result.instances > 0) return false;
  for (const line of downLines(result, local === true)) output.always(line);
  return true;
}
