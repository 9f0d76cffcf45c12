/** `faaso build FOLDER…`: the next version of each funko, built by the server or with --local by this engine. */
import type { Command } from 'commander';
import type { BuildResult } from '../../api/funko-api.ts';
import { buildFolder } from '../folders/build-folder.ts';
import { forEachWord } from '../for-each-funko.ts';
import { connect, type FunkoHost } from '../connect/connect.ts';
import { foldersOf } from '../folders/offer-manifest.ts';
import { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';
import { checkDistinct } from '../folders/funko-targets.ts';
import { withBuildOptions, type BuildFlags } from '../options/build-options.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  withYes,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';

interface BuildOptions extends LocalOption, OutputOptions, BuildFlags {
  readonly verbose?: boolean;
  readonly yes?: boolean;
}

export function addBuild(program: Command, session: CliSession): void {
  const command = program
    .command('build')
    .summary('build the next version of a funko')
    .description(
      'Builds the next version of each funko. What runs is not touched: "faaso up" puts a version into service.',
    )
    .argument('[folder...]', 'folders with a funko.yml, or with code (default: this folder)')
    .option('-v, --verbose', 'print the whole log, not only that of a failing step')
    .action((folders: string[], options: BuildOptions) => build(folders, options, session));
  withJson(withQuiet(withLocal(withYes(withBuildOptions(command, session)))));
  withExamples(
    command,
    'faaso build demo',
    'faaso build',
    'faaso build --local demo',
    'faaso build demo shop blog',
  );
}

async function build(given: readonly string[], options: BuildOptions, session: CliSession): Promise<void> {
  const allOutput = new Output(session, options);
  const folders = await foldersOf(given, { command: 'build', yes: options.yes }, session, allOutput);
  await checkDistinct(folders, session.folder);
  const host = await connect(session, options);
  await forEachWord(folders, allOutput, session, async (word, output) => {
    const result = await buildFolder(word, host, options, session, output);
    await print(result, host, { options, session, output });
  });
}

async function print(
  result: BuildResult,
  host: FunkoHost,
  { options, session, output }: { options: BuildOptions; session: CliSession; output: Output },
): Promise<void> {
  if (options.json === true) {
    output.json(result);
    return;
  }
  output.result(result.image);
  const { funko, version } = result;
  const local = options.local === true ? '--local ' : '';
  if (result.unchanged && (await isInService(result, host, session.signal)))
    output.note(`${funko} ${version} is in service already`);
  else output.note(`To put it into service: faaso up ${local}${funko}`);
}

/** If that can't be known the build has succeeded all the same. */
async function isInService(
  { funko, version }: BuildResult,
  { funkos }: FunkoHost,
  signal: AbortSignal,
): Promise<boolean> {
  const status = await funkos.show(funko, signal).catch(() => undefined);
  return status?.instances.some((one) => one.version === version && one.state === 'ready') ?? false;
}
