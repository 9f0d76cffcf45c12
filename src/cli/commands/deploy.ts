/** `faaso deploy FOLDER…`: builds the next version of each funko and puts it into service. */
import { InvalidArgumentError, type Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import type { BuildResult } from '../../api/funko-api.ts';
import { buildFolder } from '../folders/build-folder.ts';
import { forEachWord } from '../for-each-funko.ts';
import { connect, type FunkoHost } from '../connect/connect.ts';
import { intoService, printInService } from '../output/roll-out-output.ts';
import { foldersOf } from '../folders/offer-manifest.ts';
import { Output } from '../output/output.ts';
import type { ImageFolder, ImageRequest } from '../folders/image-folder.ts';
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
import { rollOutOf, withRollOut, type RollOutFlags } from '../options/roll-out-options.ts';

interface DeployOptions extends LocalOption, OutputOptions, BuildFlags, RollOutFlags {
  readonly verbose?: boolean;
  readonly yes?: boolean;
  readonly inOrder?: boolean;
  readonly image?: string;
  readonly port?: number;
}

export function addDeploy(program: Command, session: CliSession): void {
  const command = program
    .command('deploy')
    .summary('build a funko and put it into service')
    .description(
      'Builds the next version of each funko, then puts exactly that version into service, as "faaso build" and ' +
        '"faaso up" do. If one of the two fails, the running version keeps serving. A folder with code and without a funko.yml gets ' +
        'one: its files tell what it is, and you are asked.',
    )
    .argument('[folder...]', 'folders with a funko.yml, or with code (default: this folder)')
    .option(
      '--image <image>',
      'deploy this image of the engine; the word is then a name, or a folder with settings',
    )
    .option(
      '--port <port>',
      'with --image: the port that its program listens on (default: as funko.yml says, else 3000)',
      portArgument,
    )
    .option('--in-order', 'of several: one after the other, and none after one that fails')
    .option('-v, --verbose', 'print the whole log of the build, not only that of a failing step')
    .action((folders: string[], options: DeployOptions) => deploy(folders, options, session));
  withJson(withQuiet(withLocal(withYes(withRollOut(withBuildOptions(command, session))))));
  withExamples(
    command,
    'faaso deploy demo',
    'faaso deploy',
    'faaso deploy . --yes',
    'faaso deploy --local demo',
    'faaso deploy demo shop',
    'faaso deploy shop --image shop:2.1 --port 8080',
  );
}

async function deploy(given: readonly string[], options: DeployOptions, session: CliSession): Promise<void> {
  checkImage(given, options);
  const allOutput = new Output(session, options);
  const folders = await foldersOf(
    given,
    { command: 'deploy', yes: options.yes, byName: options.image !== undefined },
    session,
    allOutput,
  );
  await checkDistinct(folders, session.folder);
  const host = await connect(session, options);
  await forEachWord(
    folders,
    allOutput,
    { signal: session.signal, inOrder: options.inOrder },
    async (folder, output) => {
      const { funko: name, version } = await build(folder, host, options, session, output);
      // Named, since somebody else's build may have come after this one.
      const request = { name, version, ...rollOutOf(options) };
      const result = await intoService({ host, output, session, name }, async (onEvent, signal) =>
        host.funkos.up(request, onEvent, signal),
      );
      printInService(result, output, options);
    },
  );
}

async function build(
  word: string,
  host: FunkoHost,
  options: DeployOptions,
  session: CliSession,
  output: Output,
): Promise<BuildResult> {
  const { image, port } = options;
  if (image === undefined) return buildFolder(word, host, options, session, output);
  await using folder = await folderOf({ word, image, port }, session);
  // The name of an image says nothing of what it holds: it can have been given to another one since.
  return await buildFolder(folder.path, host, { ...options, force: true, what: image }, session, output);
}

async function folderOf(request: ImageRequest, { folder }: CliSession): Promise<ImageFolder> {
  const { imageFolder } = await import('../folders/image-folder.ts');
  return imageFolder(request, folder);
}

/** Throws `usage`. */
function checkImage(words: readonly string[], { image, port }: DeployOptions): void {
  if (image === undefined && port !== undefined)
    throw new FaasoError(
      'usage',
      '--port goes with --image; for a folder write "port: …" into its funko.yml',
    );
  if (image !== undefined && words.length !== 1)
    throw new FaasoError('usage', '--image goes with one funko: faaso deploy NAME --image IMAGE');
}

function portArgument(text: string): number {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
}
