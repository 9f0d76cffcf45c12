/** `faaso remove NAME…`: takes funkos away with all their versions. Asks first. */
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import type { FunkoApi, RemoveResult } from '../../api/funko-api.ts';
import { forEachWord } from '../for-each-funko.ts';
import { FAILURE, Reported } from '../exit.ts';
import { unstoppable } from '../terminal/interruptible.ts';
import { connect, type FunkoHost } from '../connect/connect.ts';
import { Output } from '../output/output.ts';
import { canAsk, confirm } from '../terminal/prompt.ts';
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

interface RemoveOptions extends LocalOption, OutputOptions {
  readonly yes?: boolean;
}

export function addRemove(program: Command, session: CliSession): void {
  const command = program
    .command('remove')
    .summary('remove a funko and all its versions')
    .description(
      'Takes each funko out of service and removes all its versions and its secrets. That cannot be undone: it asks first. ' +
        'The volumes of its funko.yml stay.',
    )
    .argument('<funko...>', 'names, or folders as in ./demo')
    .option('-y, --yes', 'do not ask')
    .action((words: string[], options: RemoveOptions) => remove(words, options, session));
  withJson(withQuiet(withLocal(command)));
  withExamples(command, 'faaso remove demo', 'faaso remove --yes demo shop');
}

async function remove(words: readonly string[], options: RemoveOptions, session: CliSession): Promise<void> {
  if (options.yes !== true && !canAsk(session)) {
    throw new FaasoError(
      'usage',
      'remove asks for confirmation, which needs a terminal; without one, use --yes',
    );
  }
  const output = new Output(session, options);
  const host = await connect(session, options);
  await forEachWord(words, output, { signal: session.signal, atOnce: 1 }, async (word) => {
    const name = await nameOf(word, session.folder);
    if (options.yes !== true) await ask(name, host, session, output);
    print(await removeOne(name, host, session, output), options, output);
  });
}

/** Asking names what would go, so an unknown funko is told before the question. */
async function ask(name: string, { funkos }: FunkoHost, session: CliSession, output: Output): Promise<void> {
  if (await confirm(`Remove ${name}: ${await whatGoes(name, funkos, session.signal)}?`, session)) return;
  output.error(`${name} was not removed`);
  throw new Reported(FAILURE);
}

async function removeOne(
  name: string,
  host: FunkoHost,
  session: CliSession,
  output: Output,
): Promise<RemoveResult> {
  output.busy(`removing ${name}`);
  try {
    return await unstoppable({ host, output, session, name }, `${name} is being removed`, async () =>
      host.funkos.remove(name, session.signal),
    );
  } finally {
    output.idle();
  }
}

function print(result: RemoveResult, { json }: RemoveOptions, output: Output): void {
  const { funko, removed, images, secrets, volumes, kept } = result;
  const gone = [...removed, ...images, ...(secrets ? ['its secrets'] : [])];
  if (json === true) output.json(result);
  else {
    output.result(
      gone.length === 0 ? `${funko} had nothing to remove` : `${funko} is removed: ${gone.join(', ')}`,
    );
    if (volumes.length > 0)
      output.note(`Its volumes stay; to remove them: docker volume rm ${volumes.join(' ')}`);
  }
  for (const { image, usedBy } of kept) output.warn(`${image} stays: it is used by ${usedBy}`);
}

/** One that was never built may have secrets. Throws `unknown_funko` if there is nothing to remove. */
async function whatGoes(name: string, funkos: FunkoApi, signal: AbortSignal): Promise<string> {
  try {
    const { instances, versions } = await funkos.show(name, signal);
    return `${counted(instances.length, 'instance')}, ${counted(versions.length, 'version')}, and what secrets it has`;
  } catch (error) {
    if (!(error instanceof FaasoError) || error.code !== 'unknown_funko') throw error;
    const { secrets } = await funkos.secrets.list(name, signal);
    if (secrets.length === 0) throw error;
    return `no version, and ${counted(secrets.length, 'secret')}`;
  }
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
