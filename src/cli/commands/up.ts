/** `faaso up FOLDER_OR_NAME…`: puts the newest version of each funko into service. */
import { InvalidArgumentError, type Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import { parseVersion } from '../../funko/naming.ts';
import type { UpRequest, UpResult } from '../../lifecycle/funkos.ts';
import { forEachWord } from '../each.ts';
import { hostFor, type Host } from '../funkos-for.ts';
import { Output } from '../output/output.ts';
import { showUpEvent } from '../output/up-lines.ts';
import type { Session } from '../session.ts';
import { targetOf, type Target } from '../targets.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from './options.ts';

interface UpOptions extends LocalOption, OutputOptions {
  readonly version?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** The longest that can be waited for, in seconds. */
const MOST_SECONDS = 3600;

export function addUp(program: Command, session: Session): void {
  const command = program
    .command('up')
    .summary('put a version of a funko into service')
    .description(
      'Starts the newest version of each funko, waits until it is ready, lets the old one finish its requests, and ' +
        'removes it. If the new one does not get ready it is taken away, and the old one goes on.',
    )
    .argument('<funko...>', 'names, or folders with a funko.yml')
    .option('--version <version>', 'this version, e.g. v2, not the newest', version)
    .option('--timeout <seconds>', 'how long it may take to get ready (default: 30)', milliseconds)
    .action((words: string[], options: UpOptions) => up(words, options, session));
  withJson(withQuiet(withLocal(command)));
  withExamples(
    command,
    'faaso up demo',
    'faaso up ./demo ./shop',
    'faaso up --local demo',
    'faaso up demo --version v1',
  );
}

async function up(words: readonly string[], options: UpOptions, session: Session): Promise<void> {
  if (options.version !== undefined && words.length > 1) {
    throw new FaasoError(
      'usage',
      `--version goes with one funko; there are ${words.length}: ${words.join(', ')}`,
    );
  }
  const output = new Output(session, options);
  const host = await hostFor(session, options);
  await forEachWord(words, output, session.signal, async (word) => {
    const target = await targetOf(word, session.folder);
    const result = await upOne(target, host, options, session, output);
    if (options.json === true) {
      output.json(result);
    } else {
      output.note(summary(result));
      output.result(result.url ?? result.instance);
    }
  });
}

/** As the interface's result, with the URL that the CLI alone knows. */
async function upOne(
  target: Target,
  host: Host,
  options: UpOptions,
  { signal }: Session,
  output: Output,
): Promise<UpResult> {
  output.note(`Starting ${target.name}`);
  try {
    const result = await host.funkos.up(
      requestOf(target, options),
      (event) => showUpEvent(event, output),
      signal,
    );
    return { ...result, url: host.urlOf(result.funko, result.url) };
  } catch (error) {
    throw withBuildHint(error, target, options);
  } finally {
    output.idle();
  }
}

function requestOf({ name }: Target, { version, timeout }: UpOptions): UpRequest {
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

function summary({ funko, version, unchanged }: UpResult): string {
  return unchanged ? `${funko} ${version} is in service already` : `${funko} ${version} is in service`;
}

/** A funko of which there is no version was most often not built yet. */
function withBuildHint(error: unknown, { name, folder }: Target, options: UpOptions): unknown {
  const isMissing = error instanceof FaasoError && ['unknown_funko', 'unknown_version'].includes(error.code);
  if (!isMissing || options.version !== undefined) return error;
  const build = `faaso build ${options.local === true ? '--local ' : ''}`;
  const message =
    folder === null
      ? `${error.message}, or build it first: ${build}FOLDER`
      : `There is no version of ${name} yet. Build it first: ${build}${folder}`;
  return new FaasoError(error.code, message, { cause: error });
}

function version(text: string): string {
  if (parseVersion(text) === undefined) throw new InvalidArgumentError('It must be v1, v2, and so on.');
  return text;
}

function milliseconds(text: string): number {
  const seconds = /^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : NaN;
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds * 1000;
  throw new InvalidArgumentError(`It must be a number of seconds, at most ${MOST_SECONDS}.`);
}
