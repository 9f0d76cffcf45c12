/** `faaso adopt CONTAINER FUNKO` and `faaso release CONTAINER|FUNKO`: unmanaged containers. */
import type { Command } from 'commander';
import { connect } from '../connect/connect.ts';
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

type AdoptOptions = LocalOption & OutputOptions;

export function addAdopt(program: Command, session: CliSession): void {
  const command = program
    .command('adopt')
    .summary('make a running container an instance of a funko')
    .description(
      "Connects a container to the funkos' network under the funko's alias, without a restart or a new name: it gets requests as " +
        'soon as it is ready. It must listen on port 3000, or carry the label faaso.port.',
    )
    .argument('<container>', 'its name or ID')
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .action((container: string, word: string, options: AdoptOptions) =>
      adopt(container, word, options, session),
    );
  withJson(withQuiet(withLocal(command)), 'print the result as JSON');
  withExamples(command, 'faaso adopt my-container demo');
}

export function addRelease(program: Command, session: CliSession): void {
  const command = program
    .command('release')
    .summary('release an adopted container')
    .description(
      "Takes a container, or all of a funko that were made by hand, off the funkos' network when its requests are answered. It runs on.",
    )
    .argument('<container>', "a container's name or ID, or a funko's name")
    .action((word: string, options: AdoptOptions) => release(word, options, session));
  withJson(withQuiet(withLocal(command)), 'print the result as JSON');
  withExamples(command, 'faaso release my-container', 'faaso release demo');
}

async function adopt(
  container: string,
  word: string,
  options: AdoptOptions,
  session: CliSession,
): Promise<void> {
  const output = new Output(session, options);
  const { funkos } = await connect(session, options);
  const name = await nameOf(word, session.folder);
  const result = await funkos.adopt({ container, name }, session.signal);
  if (options.json === true) {
    output.json(result);
    return;
  }
  const already = result.unchanged ? ' already' : '';
  output.result(`${result.container} is an instance of ${result.funko}${already}, on ${result.network}`);
  output.note(
    `Whether it takes requests: faaso status ${options.local === true ? '-l ' : ''}${result.funko}`,
  );
}

async function release(word: string, options: AdoptOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const { funkos } = await connect(session, options);
  output.busy(`${word} finishes its requests`);
  try {
    const result = await funkos.release(word, session.signal);
    if (options.json === true) output.json(result);
    else output.result(`released, and running on: ${result.released.join(', ')}`);
  } finally {
    output.idle();
  }
}
