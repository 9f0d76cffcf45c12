/** `faaso up FOLDER_OR_NAME…`: puts the newest version of each funko into service. */
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import type { UpRequest, UpResult } from '../../api/funko-api.ts';
import { forEachWord } from '../for-each-funko.ts';
import { connect } from '../connect/connect.ts';
import { intoService, printInService } from '../output/roll-out-output.ts';
import { foldersOf } from '../folders/offer-manifest.ts';
import { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';
import { checkDistinct, targetOf, type CommandTarget } from '../folders/funko-targets.ts';
import { versionArgument } from '../options/arguments.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';
import { rollOutOf, withRollOut, type RollOutFlags } from '../options/roll-out-options.ts';

interface UpOptions extends LocalOption, OutputOptions, RollOutFlags {
  readonly version?: string;
  readonly preview?: string;
  readonly dryRun?: boolean;
}

export function addUp(program: Command, session: CliSession): void {
  const command = program
    .command('up')
    .summary('put a version of a funko into service')
    .description(
      'Starts the newest version of each funko, waits until it is ready, lets the old one finish its requests, and ' +
        'removes it. If the new one does not get ready, or ends while it is watched, it is removed, and the old one ' +
        'keeps running.',
    )
    .argument('[funko...]', 'names, or folders with a funko.yml (default: this folder)')
    .option('--version <version>', 'this version, e.g. v2, not the newest', versionArgument)
    .option(
      '--preview <version>',
      'start one instance of this version beside the version in service, at /funko/NAME@VERSION/ alone',
      versionArgument,
    )
    .option('--dry-run', 'only show what would be done')
    .action((words: string[], options: UpOptions) => up(words, options, session));
  withJson(withQuiet(withLocal(withRollOut(command))));
  withExamples(
    command,
    'faaso up demo',
    'faaso up ./demo ./shop',
    'faaso up --local demo',
    'faaso up demo --version v1',
    'faaso up demo --preview v3',
  );
}

async function up(given: readonly string[], options: UpOptions, session: CliSession): Promise<void> {
  const allOutput = new Output(session, options);
  const words = await foldersOf(given, { command: 'up', byName: true }, session, allOutput);
  checkUsage(words, options);
  await checkDistinct(words, session.folder);
  const host = await connect(session, options);
  await forEachWord(words, allOutput, session, async (word, output) => {
    const target = await targetOf(word, session.folder);
    const request = requestOf(target, options);
    try {
      const result = await intoService(
        { host, output, session, name: target.name, ...titleOf(target, options) },
        async (onEvent, signal) => host.funkos.up(request, onEvent, signal),
      );
      if (options.dryRun === true && options.json !== true) output.result(planLine(result));
      else printInService(result, output, options);
    } catch (error) {
      throw withBuildHint(error, target, options);
    }
  });
}

/** Throws `usage`. */
function checkUsage(words: readonly string[], { version, preview }: UpOptions): void {
  if (version !== undefined && preview !== undefined)
    throw new FaasoError('usage', '--version and --preview exclude each other: --preview names its version');
  const option = version === undefined ? '--preview' : '--version';
  if ((version ?? preview) === undefined || words.length === 1) return;
  const message = `${option} goes with one funko; there are ${words.length}: ${words.join(', ')}`;
  throw new FaasoError('usage', message);
}

function requestOf({ name }: CommandTarget, options: UpOptions): UpRequest {
  return {
    name,
    ...rollOutOf(options),
    ...(options.version === undefined ? {} : { version: options.version }),
    ...(options.preview === undefined ? {} : { version: options.preview, preview: true }),
    ...(options.dryRun === true ? { dryRun: true } : {}),
  };
}

function titleOf({ name }: CommandTarget, { dryRun }: UpOptions): { readonly title?: string } {
  return dryRun === true ? {} : { title: `Starting ${name}` };
}

function planLine({
  funko,
  version,
  unchanged,
  instances,
  workers = [],
  replaced,
  released,
}: UpResult): string {
  if (unchanged) return `${funko} ${version} is in service already: nothing would be done`;
  const old = replaced.length === 0 ? '' : `, and ${replaced.join(', ')} would go`;
  const first = released === true ? ', after its release command' : '';
  return `${funko} ${version} would run as ${[...instances, ...workers].join(', ')}${first}${old}`;
}

/** A funko of which there is no version was most often not built yet. */
function withBuildHint(error: unknown, { name, folder }: CommandTarget, options: UpOptions): unknown {
  const isMissing = error instanceof FaasoError && ['unknown_funko', 'unknown_version'].includes(error.code);
  if (!isMissing || (options.version ?? options.preview) !== undefined) return error;
  const build = `faaso build ${options.local === true ? '--local ' : ''}`;
  const message =
    folder === null
      ? `${error.message}${/[.?]$/.test(error.message) ? ' Or' : ', or'} build it first: ${build}FOLDER`
      : `There is no version of ${name} yet. Build it first: ${build}${folder}`;
  return new FaasoError(error.code, message, { cause: error });
}
