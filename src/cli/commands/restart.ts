/** `faaso restart FUNKO…`: replaces the instances of each funko by new ones of the same version. */
import type { Command } from 'commander';
import { forEachWord } from '../for-each-funko.ts';
import { connect } from '../connect/connect.ts';
import { intoService, printInService } from '../output/roll-out-output.ts';
import { Output } from '../output/output.ts';
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

interface RestartOptions extends LocalOption, OutputOptions, RollOutFlags {}

export function addRestart(program: Command, session: CliSession): void {
  const command = program
    .command('restart')
    .summary('replace the instances of a funko by new ones')
    .description(
      'Starts new instances of the version in service, waits until they are ready, lets the old ones finish their ' +
        'requests, and removes them. No request is lost. If a new one does not get ready, the old ones keep running.',
    )
    .argument('<funko...>', 'names, or folders as in ./demo')
    .action((words: string[], options: RestartOptions) => restart(words, options, session));
  withJson(withQuiet(withLocal(withRollOut(command))));
  withExamples(command, 'faaso restart demo', 'faaso restart --surge demo shop');
}

async function restart(
  words: readonly string[],
  options: RestartOptions,
  session: CliSession,
): Promise<void> {
  const allOutput = new Output(session, options);
  const host = await connect(session, options);
  await forEachWord(words, allOutput, session, async (word, output) => {
    const name = await nameOf(word, session.folder);
    const request = { name, ...rollOutOf(options) };
    const result = await intoService(
      { host, output, session, name, title: `Restarting ${name}` },
      async (onEvent, signal) => host.funkos.restart(request, onEvent, signal),
    );
    printInService(result, output, options);
  });
}
