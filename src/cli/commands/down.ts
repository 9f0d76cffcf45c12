/** `faaso down NAME…`: takes funkos out of service; their versions stay. */
import type { Command } from 'commander';
import type { DownResult } from '../../api/funko-api.ts';
import { forEachWord } from '../for-each-funko.ts';
import { unstoppable } from '../terminal/interruptible.ts';
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

type DownOptions = LocalOption & OutputOptions;

export function addDown(program: Command, session: CliSession): void {
  const command = program
    .command('down')
    .summary('take a funko out of service; its versions stay')
    .description(
      'Lets the instances that FaaSO started finish their requests, stops them and removes them. The versions stay: ' +
        '"faaso up" brings the newest one back.',
    )
    .argument('<funko...>', 'names, or folders as in ./demo')
    .action((words: string[], options: DownOptions) => down(words, options, session));
  withJson(withQuiet(withLocal(command)));
  withExamples(command, 'faaso down demo', 'faaso down ./demo shop', 'faaso down --local demo');
}

async function down(words: readonly string[], options: DownOptions, session: CliSession): Promise<void> {
  const allOutput = new Output(session, options);
  const host = await connect(session, options);
  await forEachWord(words, allOutput, session, async (word, output) => {
    const name = await nameOf(word, session.folder);
    output.busy(`${name} finishes its requests`);
    try {
      const result = await unstoppable(
        { host, output, session, name },
        `${name} is being taken down`,
        async () => host.funkos.down(name, session.signal),
      );
      if (options.json === true) output.json(result);
      else output.result(lineOf(result));
    } finally {
      output.idle();
    }
  });
}

function lineOf({ funko, removed }: DownResult): string {
  return removed.length === 0
    ? `${funko} was down already`
    : `${funko} is down: removed ${removed.join(', ')}`;
}
