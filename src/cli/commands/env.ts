/** `faaso env set|unset|list`: environment variables of a funko, changed without a build. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import type { EnvRequest, EnvResult } from '../../api/funko-api.ts';
import { connect, type FunkoHost } from '../connect/connect.ts';
import { intoService, printInService } from '../output/roll-out-output.ts';
import { Output } from '../output/output.ts';
import { tableLines } from '../output/table.ts';
import type { CliSession } from '../session.ts';
import { nameOf } from '../folders/funko-targets.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';
import { rollOutOf, withRollOut, type RollOutFlags } from '../options/roll-out-options.ts';
import { reasonOf } from '../system-error.ts';

interface EnvOptions extends LocalOption, OutputOptions, RollOutFlags {
  readonly envFile?: string;
  /** False with `--no-up`. */
  readonly up?: boolean;
}

const HEAD = ['NAME', 'VALUE', 'FROM'];

export function addEnv(program: Command, session: CliSession): void {
  const command = program
    .command('env')
    .helpCommand(false)
    .summary("set, list and unset a funko's environment variables")
    .description(
      'Changes environment variables without a build: a new version of the same image, with the new values, goes into service. ' +
        'They outlive builds, and a rollback brings the old ones back. For what nobody else may see, use "faaso secret".',
    );
  addSet(command, session);
  addUnset(command, session);
  addList(command, session);
  withExamples(command, 'faaso env set demo LOG_LEVEL=debug', 'faaso env list demo');
}

function addSet(command: Command, session: CliSession): void {
  const set = command
    .command('set')
    .summary('set environment variables')
    .description('Sets variables; they go before those of funko.yml.')
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('[name=value...]', 'the variables; "NAME" alone takes its value from the environment')
    .option('--env-file <file>', 'read variables from this file, a line NAME=VALUE each')
    .option('--no-up', 'only make the version; do not put it into service')
    .action(async (word: string, pairs: string[], options: EnvOptions) =>
      change(word, { set: await variablesOf(pairs, options, session) }, options, session),
    );
  withJson(withQuiet(withLocal(withRollOut(set))), 'print the result as JSON');
  withExamples(
    set,
    'faaso env set demo LOG_LEVEL=debug LIMIT=10',
    'faaso env set demo --env-file production.env',
  );
}

function addUnset(command: Command, session: CliSession): void {
  const unset = command
    .command('unset')
    .summary('take set environment variables back')
    .description('Takes set variables back: what funko.yml says of them holds again.')
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('<name...>', 'the names of the variables')
    .option('--no-up', 'only make the version; do not put it into service')
    .action((word: string, names: string[], options: EnvOptions) =>
      change(word, { unset: names }, options, session),
    );
  withJson(withQuiet(withLocal(withRollOut(unset))), 'print the result as JSON');
  withExamples(unset, 'faaso env unset demo LOG_LEVEL');
}

function addList(command: Command, session: CliSession): void {
  const list = command
    .command('list')
    .summary('show the environment variables')
    .description('Shows the variables of the version in service, and where each comes from.')
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .action((word: string, options: EnvOptions) => show(word, options, session));
  withJson(withQuiet(withLocal(list)), 'print the result as JSON');
  withExamples(list, 'faaso env list demo');
}

async function show(word: string, options: EnvOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const { funkos } = await connect(session, options);
  const name = await nameOf(word, session.folder);
  const result = await funkos.env({ name }, session.signal);
  if (options.json === true) {
    output.json(result);
    return;
  }
  const rows = Object.entries(result.env).map(([key, { value, from }]) => [key, value, from]);
  if (rows.length === 0) {
    output.note(`${name} ${result.version} has no environment variables`);
    return;
  }
  const cells = [HEAD, ...rows].map((row) => row.map((text) => ({ text })));
  for (const line of tableLines(cells, output.width)) output.result(line);
}

async function change(
  word: string,
  changes: Omit<EnvRequest, 'name'>,
  options: EnvOptions,
  session: CliSession,
): Promise<void> {
  const output = new Output(session, options);
  const host = await connect(session, options);
  const name = await nameOf(word, session.folder);
  const before = await host.funkos.env({ name }, session.signal);
  const result = await host.funkos.env({ name, ...changes }, session.signal);
  if (result.unchanged) output.note(`${name} ${result.version} has these values already`);
  else output.note(`Made ${name} ${result.version} from ${before.version}, with the new variables`);
  if (before.inService && options.up !== false && !result.unchanged)
    await bringUp(host, result, { output, options, session });
  else tell(result, output, options);
}

async function bringUp(
  host: FunkoHost,
  { funko, version }: EnvResult,
  { output, options, session }: { output: Output; options: EnvOptions; session: CliSession },
): Promise<void> {
  const request = { name: funko, version, ...rollOutOf(options) };
  const up = await intoService({ host, output, session, name: funko }, async (onEvent, signal) =>
    host.funkos.up(request, onEvent, signal),
  );
  printInService(up, output, options);
}

function tell(result: EnvResult, output: Output, options: EnvOptions): void {
  if (options.json === true) output.json(result);
  else output.result(result.version);
  if (!result.inService)
    output.note(
      `To put it into service: faaso up ${options.local === true ? '--local ' : ''}${result.funko} --version ${result.version}`,
    );
}

/** Those of the file, and before them those of the command line. Throws `usage`, `not_found`. */
async function variablesOf(
  pairs: readonly string[],
  { envFile }: EnvOptions,
  session: CliSession,
): Promise<Record<string, string>> {
  const fromFile = envFile === undefined ? {} : await variablesIn(envFile, session);
  const set = { ...fromFile, ...Object.fromEntries(pairs.map((pair) => variableOf(pair, session))) };
  if (Object.keys(set).length > 0) return set;
  throw new FaasoError('usage', 'there is nothing to set; give NAME=VALUE or --env-file FILE');
}

function variableOf(pair: string, { environment }: CliSession): [string, string] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
  const value = environment[pair];
  if (at < 0 && value !== undefined) return [pair, value];
  const why = at < 0 ? `the environment has no variable ${pair}; write ${pair}=VALUE` : 'write NAME=VALUE';
  throw new FaasoError('usage', `"${pair}": ${why}`);
}

async function variablesIn(file: string, { folder }: CliSession): Promise<Record<string, string>> {
  const text = await readFile(resolve(folder, file), 'utf8').catch((error: unknown) => {
    throw new FaasoError('not_found', `${file} can't be read: ${reasonOf(error)}`, { cause: error });
  });
  return parseEnv(text) as Record<string, string>;
}
