/** `faaso down NAME…`: takes funkos out of service; their versions stay. */
import type { Command } from 'commander';
import { forEachWord } from '../each.ts';
import { hostFor } from '../funkos-for.ts';
import { Output } from '../output/output.ts';
import type { Session } from '../session.ts';
import { nameOf } from '../targets.ts';
import { withExamples, withLocal, withQuiet, type LocalOption } from './options.ts';

interface DownOptions extends LocalOption {
  readonly quiet?: boolean;
}

export function addDown(program: Command, session: Session): void {
  const command = program
    .command('down')
    .summary('take a funko out of service; its versions stay')
    .description(
      'Lets the instances that FaaSO started finish their requests, stops them and removes them. The versions stay: ' +
        '"faaso up" brings the newest one back.',
    )
    .argument('<funko...>', 'names, or folders as in ./demo')
    .action((words: string[], options: DownOptions) => down(words, options, session));
  withQuiet(withLocal(command));
  withExamples(command, 'faaso down demo');
}

async function down(words: readonly string[], options: DownOptions, session: Session): Promise<void> {
  const allOutput = new Output(session, options);
  const { funkos } = await hostFor(session, options);
  await forEachWord(words, allOutput, session, async (word, output) => {
    const name = await nameOf(word, session.folder);
    output.busy(`${name} finishes its requests`);
    try {
      const { removed } = await funkos.down(name, session.signal);
      output.result(
        removed.length === 0 ? `${name} was down already` : `${name} is down: removed ${removed.join(', ')}`,
      );
    } finally {
      output.idle();
    }
  });
}
