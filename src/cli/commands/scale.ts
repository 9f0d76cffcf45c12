/** `faaso scale FUNKO [COUNT]`: how many instances run, and how many should. */
import { InvalidArgumentError, type Command } from 'commander';
import { MOST_INSTANCES } from '../../funko/naming/names.ts';
import type { ScaleRequest, ScaleResult } from '../../api/funko-api.ts';
import { showingSteps } from '../output/roll-out-output.ts';
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
import { rollOutOf, withRollOut, type RollOutFlags } from '../options/roll-out-options.ts';

interface ScaleOptions extends LocalOption, OutputOptions, RollOutFlags {}

export function addScale(program: Command, session: CliSession): void {
  const command = program
    .command('scale')
    .summary('show or change how many instances of a funko run')
    .description(
      'Shows how many instances of the version that runs are asked for, or asks for another number: missing ones are ' +
        'started, those that are too many finish their requests and go. WORKER=COUNT does so with the containers of a worker. ' +
        'The number stays with the version.',
    )
    .argument('<funko>', 'a name, or a folder as in ./demo')
    .argument('[count]', `how many, 1 to ${MOST_INSTANCES}; or WORKER=COUNT`, countArgument)
    .action((word: string, wish: Wish | undefined, options: ScaleOptions) =>
      scale(word, wish, options, session),
    );
  withJson(withQuiet(withLocal(withRollOut(command))), 'print the result as JSON');
  withExamples(
    command,
    'faaso scale demo',
    'faaso scale demo 3',
    'faaso scale demo 5 --surge',
    'faaso scale demo mailer=2',
  );
}

async function scale(
  word: string,
  wish: Wish | undefined,
  options: ScaleOptions,
  session: CliSession,
): Promise<void> {
  const output = new Output(session, options);
  const host = await connect(session, options);
  const name = await nameOf(word, session.folder);
  const request = { name, ...rollOutOf(options), ...wish };
  const what = wish?.worker === undefined ? '' : `${wish.worker} of `;
  const title = wish === undefined ? {} : { title: `Scaling ${what}${name} to ${wish.count}` };
  const result = await showingSteps({ host, output, session, name, ...title }, async (onEvent, signal) =>
    host.funkos.scale(request, onEvent, signal),
  );
  if (options.json === true) output.json(result);
  else for (const line of linesOf(result)) output.result(line);
}

function linesOf({ funko, version, worker, scale: asked, instances, workers = {} }: ScaleResult): string[] {
  const what = worker === undefined ? 'instance' : `container`;
  const whose = worker === undefined ? '' : ` of ${worker}`;
  const about = `${funko} ${version}:`;
  return [
    `${about} ${instances.length} of ${asked} ${what}${asked === 1 ? '' : 's'}${whose}`,
    ...Object.entries(workers).map(([name, count]) => `${about} worker ${name}: ${count} asked for`),
  ];
}

/** What a COUNT or WORKER=COUNT asks for. */
type Wish = Required<Pick<ScaleRequest, 'count'>> & Pick<ScaleRequest, 'worker'>;

function countArgument(text: string): Wish {
  const [, worker, digits = text] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  const count = /^[0-9]{1,3}$/.test(digits) ? Number(digits) : NaN;
  if (count >= 1 && count <= MOST_INSTANCES) return { count, ...(worker === undefined ? {} : { worker }) };
  throw new InvalidArgumentError(
    `It must be a whole number from 1 to ${MOST_INSTANCES}, or WORKER=COUNT; for none there is "faaso down".`,
  );
}
