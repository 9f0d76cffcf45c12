/** `faaso rollback FUNKO [VERSION]`: puts an older version of a funko back into service. */
import type { Command } from 'commander';
import { connect } from '../connect/connect.ts';
import { intoService, printInService } from '../output/roll-out-output.ts';
import { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';
import { nameOf } from '../folders/funko-targets.ts';
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

interface RollbackOptions extends LocalOption, OutputOptions, RollOutFlags {}

export function addRollback(program: Command, session: CliSession): void {
  const command = program
    .command('rollback')
    .summary('put an older version of a funko back into service')
    .description(
      'Puts the newest older version that was in service, or the version that is named, into service: its image with the settings ' +
        'that it was built with. It gets there as with "faaso up": no request is lost, and if it does not get ready, ' +
        'the running version keeps serving.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('[version]', 'e.g. v2; the one before the one that runs if left out', versionArgument)
    .action((word: string, version: string | undefined, options: RollbackOptions) =>
      rollback(word, version, options, session),
    );
  withJson(withQuiet(withLocal(withRollOut(command))), 'print the result as JSON');
  withExamples(command, 'faaso rollback demo', 'faaso rollback demo v2');
}

async function rollback(
  word: string,
  version: string | undefined,
  options: RollbackOptions,
  session: CliSession,
): Promise<void> {
  const output = new Output(session, options);
  const host = await connect(session, options);
  const name = await nameOf(word, session.folder);
  const title = version === undefined ? `Rolling ${name} back` : `Rolling ${name} back to ${version}`;
  const request = { name, ...rollOutOf(options), ...(version === undefined ? {} : { version }) };
  const result = await intoService({ host, output, session, name, title }, async (onEvent, signal) =>
    host.funkos.rollback(request, onEvent, signal),
  );
  printInService(result, output, options);
}
