/** `faaso deploy FOLDER…`: builds the next version of each funko and puts it into service. */
import type { Command } from 'commander';
import { buildFolder } from '../build-folder.ts';
import { forEachWord } from '../each.ts';
import { hostFor } from '../funkos-for.ts';
import { intoService, printInService } from '../into-service.ts';
import { Output } from '../output/output.ts';
import type { Session } from '../session.ts';
import { checkDistinct, wordsOrHere } from '../targets.ts';
import { withBuildWishes, type BuildWishes } from './build-wishes.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from './options.ts';
import { rollOutOf, withRollOut, type RollOutFlags } from './roll-out-options.ts';

interface DeployOptions extends LocalOption, OutputOptions, BuildWishes, RollOutFlags {
  readonly verbose?: boolean;
}

export function addDeploy(program: Command, session: Session): void {
  const command = program
    .command('deploy')
    .summary('build a funko and put it into service')
    .description(
      'Builds the next version of each funko, then puts exactly that version into service, as "faaso build" and ' +
        '"faaso up" do. If one of the two fails, what runs goes on as it was.',
    )
    .argument('[folder...]', 'folders with a funko.yml (default: this folder)')
    .option('-v, --verbose', 'print the whole log of the build, not only that of a failing step')
    .action((folders: string[], options: DeployOptions) => deploy(folders, options, session));
  withJson(withQuiet(withLocal(withRollOut(withBuildWishes(command, session)))));
  withExamples(
    command,
    'faaso deploy demo',
    'faaso deploy',
    'faaso deploy --local demo',
    'faaso deploy demo shop',
  );
}

async function deploy(given: readonly string[], options: DeployOptions, session: Session): Promise<void> {
  const folders = await wordsOrHere(given, session.folder, 'deploy');
  await checkDistinct(folders, session.folder);
  const allOutput = new Output(session, options);
  const host = await hostFor(session, options);
  await forEachWord(folders, allOutput, session, async (folder, output) => {
    const { funko: name, version } = await buildFolder(folder, host, options, session, output);
    // Named, since somebody else's build may have come after this one.
    const request = { name, version, ...rollOutOf(options) };
    const result = await intoService({ host, output, session, name }, async (onEvent, signal) =>
      host.funkos.up(request, onEvent, signal),
    );
    printInService(result, output, options);
  });
}
