/** `faaso logs FUNKO`: what its instances wrote, with -f as they write it. */
import { InvalidArgumentError, type Command } from 'commander';
import type { LogLine } from '../../lifecycle/funkos.ts';
import { hostFor } from '../funkos-for.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { nameOf } from '../targets.ts';
import { withExamples, withJson, withLocal, type LocalOption, type OutputOptions } from './options.ts';

interface LogsOptions extends LocalOption, OutputOptions {
  readonly follow?: boolean;
  readonly tail?: number;
  /** ISO 8601. */
  readonly since?: string;
  readonly instance?: string;
}

const MOST_LINES = 100_000;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export function addLogs(program: Command, session: Session): void {
  const command = program
    .command('logs')
    .summary('show what a funko writes')
    .description(
      'Shows what the instances of a funko wrote to stdout and stderr, all as one by time. With --follow it goes on, also ' +
        'over instances that are replaced meanwhile.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('--tail <lines>', 'the last so many lines of what is there (default: 1000)', tailArgument)
    .option('--since <time>', 'only from then on: 10m, 2h, 1d, or 2026-01-31T12:00:00Z', sinceArgument)
    .option('--instance <instance>', 'only this one, e.g. faaso-demo.2, or 2')
    .action((word: string, options: LogsOptions) => logs(word, options, session));
  withJson(withLocal(command), 'print each line as JSON, with its time and instance');
  withExamples(command, 'faaso logs demo', 'faaso logs demo -f --tail 10', 'faaso logs demo --since 10m');
}

async function logs(
  word: string,
  { follow, tail, since, instance, json, local }: LogsOptions,
  session: Session,
): Promise<void> {
  const output = new Output(session);
  const { funkos } = await hostFor(session, { local });
  const request = {
    name: await nameOf(word, session.folder),
    ...(follow === true ? { follow } : {}),
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since }),
    ...(instance === undefined ? {} : { instance }),
  };
  const show = (line: LogLine): void => {
    if (json === true) output.json(line);
    else output.result(`${output.resultStyle('cyan', shortName(line))}  ${printable(line.text)}`);
  };
  await funkos.logs(request, show, session.signal);
}

function shortName({ instance }: LogLine): string {
  return printable(instance.replace(/^faaso-/, ''));
}

function tailArgument(text: string): number {
  const lines = /^[0-9]{1,6}$/.test(text) ? Number(text) : NaN;
  if (lines <= MOST_LINES) return lines;
  throw new InvalidArgumentError(`It must be a number of lines from 0 to ${MOST_LINES}.`);
}

function sinceArgument(text: string): string {
  const time = timeAgo(text) ?? timeAt(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  const hint = /^[0-9]+$/.test(text) ? `A number needs its unit, as in ${text}m. ` : '';
  throw new InvalidArgumentError(
    `${hint}It must be 30s, 10m, 2h, 1d, or a time such as 2026-01-31T12:00:00Z or 2026-01-31.`,
  );
}

function timeAgo(text: string): number | undefined {
  const [, number, unit = ''] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  return number === undefined ? undefined : Date.now() - Number(number) * 1000 * (UNIT_SECONDS[unit] ?? 1);
}

/** A day or a time by ISO 8601, of this machine where it names no zone; NaN for all else that Date.parse would guess at. */
function timeAt(text: string): number {
  const [, day, time] =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?$/.exec(
      text,
    ) ?? [];
  return day === undefined ? NaN : Date.parse(day + (time ?? 'T00:00'));
}
