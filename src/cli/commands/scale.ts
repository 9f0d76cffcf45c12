/** `faaso scale FUNKO [COUNT]`: how many instances run, and how many should. */
import { InvalidArgumentError, type Command } from 'commander';
import { MOST_INSTANCES } from '../../funko/naming.ts';
import type { ScaleResult } from '../../lifecycle/funkos.ts';
import { showingSteps } from '../into-service.ts';
import { hostFor } from '../funkos-for.ts';
import { Output } from '../output/output.ts';
import type { Session } from '../session.ts';
import { nameOf } from '../targets.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from './options.ts';
import { rollOutOf, withRollOut, type RollOutFlags } from './roll-out-options.ts';

interface ScaleOptions extends LocalOption, OutputOptions, RollOutFlags {}

export function addScale(program: Command, session: Session): void {
  const command = program
    .command('scale')
    .summary('show or change how many instances of a funko run')
    .description(
      'Shows how many instances of the version that runs are asked for, or asks for another number: missing ones are ' +
        'started, those that are too many finish their requests and go. The number stays with the version.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('[count]', `how many, 1 to ${MOST_INSTANCES}`, countArgument)
    .action((word: string, count: number | undefined, options: ScaleOptions) =>
      scale(word, count, options, session),
    );
  withJson(withQuiet(withLocal(withRollOut(command))), 'print the result as JSON');
  withExamples(command, 'faaso scale demo', 'faaso scale demo 3', 'faaso scale demo 5 --surge');
}

async function scale(
  word: string,
  count: number | undefined,
  options: ScaleOptions,
  session: Session,
): Promise<void> {
  const output = new Output(session, options);
  const host = await hostFor(session, options);
  const name = await nameOf(word, session.folder);
  const request = { name, ...rollOutOf(options), ...(count === undefined ? {} : { count }) };
  const title = count === undefined ? {} : { title: `Scaling ${name} to ${count}` };
  const result = await showingSteps({ host, output, session, name, ...title }, async (onEvent, signal) =>
    host.funkos.scale(request, onEvent, signal),
  );
  if (options.json === true) output.json(result);
  else output.result(lineOf(result));
}

function lineOf({ funko, version, scale: asked, instances }: ScaleResult): string {
  return `${funko} ${version}: ${instances.length} of ${asked} instance${asked === 1 ? '' : 's'}`;
}

function countArgument(text: string): number {
  const count = /^[0-9]{1,3}$/.test(text) ? Number(text) : NaN;
  if (count >= 1 && count <= MOST_INSTANCES) return count;
  throw new InvalidArgumentError(
    `It must be a whole number from 1 to ${MOST_INSTANCES}; for none there is "faaso down".`,
  );
}
