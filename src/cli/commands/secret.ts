/** `faaso secret set|list|remove`: what a funko must know and nobody else may see. */
import { addAbortSignal } from 'node:stream';
import { InvalidArgumentError, type Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import { FAILURE, Reported } from '../exit.ts';
import { connect } from '../connect/connect.ts';
import { unstoppable } from '../terminal/interruptible.ts';
import { Output } from '../output/output.ts';
import { askHidden, canAsk, confirm } from '../terminal/prompt.ts';
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
import { MOST_SECRET_BYTES, SECRET_PATTERN, SECRET_RULE } from '../../funko/naming/secret-names.ts';

interface SecretOptions extends LocalOption, OutputOptions {
  readonly yes?: boolean;
}

const NEWLINE = 0x0a;

export function addSecret(program: Command, session: CliSession): void {
  const command = program
    .command('secret')
    .helpCommand(false)
    .summary("set, list and remove a funko's secrets")
    .description(
      'A secret is a file in /run/secrets of the containers of a funko whose funko.yml names it. Its value is in a volume of that ' +
        'funko and nowhere else, and is never shown again.',
    );
  addSet(command, session);
  addList(command, session);
  addRemove(command, session);
  withExamples(command, 'faaso secret set demo API_KEY', 'faaso secret list demo');
}

function addSet(command: Command, session: CliSession): void {
  const set = withFunko(command.command('set'))
    .summary('give a secret a value')
    .description(
      'Sets a secret: asks for its value without showing it, or where there is no terminal takes stdin, byte for byte. Running ' +
        'instances see the new value at once.',
    )
    .argument('<key>', 'its name', keyArgument)
    .action((word: string, key: string, options: SecretOptions) => setOne(word, key, options, session));
  withJson(withQuiet(withLocal(set)), 'print the result as JSON');
  withExamples(
    set,
    'faaso secret set demo API_KEY',
    'faaso secret set demo tls.key < tls.key',
    'printf %s "$API_KEY" | faaso secret set demo API_KEY',
  );
}

function addList(command: Command, session: CliSession): void {
  const list = withFunko(command.command('list'))
    .summary('show which secrets there are')
    .description('Shows the names of the secrets that are set. Nothing shows their values.')
    .action((word: string, options: SecretOptions) => listAll(word, options, session));
  withJson(withQuiet(withLocal(list)), 'print the result as JSON');
  withExamples(list, 'faaso secret list demo');
}

function addRemove(command: Command, session: CliSession): void {
  const remove = withFunko(command.command('remove'))
    .summary('remove a secret')
    .description('Removes a secret, from running instances too. It cannot be brought back: it asks first.')
    .argument('<key>', 'its name', keyArgument)
    .option('-y, --yes', 'do not ask')
    .action((word: string, key: string, options: SecretOptions) => removeOne(word, key, options, session));
  withJson(withQuiet(withLocal(remove)), 'print the result as JSON');
  withExamples(remove, 'faaso secret remove demo API_KEY', 'faaso secret remove --yes demo API_KEY');
}

async function setOne(word: string, key: string, options: SecretOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const host = await connect(session, options);
  const name = await nameOf(word, session.folder);
  const value = await valueFrom(session, `Value of ${key} for ${name} (not shown): `);
  if (!canAsk(session) && value.at(-1) === NEWLINE)
    output.note(`the value of ${key} ends with a line break, as it came; "printf %s" would leave it out`);
  output.busy(`setting ${key}`);
  try {
    const result = await unstoppable(
      { host, output, session, name },
      `${key} is being set`,
      async () => host.funkos.secrets.set({ name, key, value }, session.signal),
      `faaso secret list ${name}`,
    );
    if (options.json === true) output.json(result);
    else output.result(`${name}: ${key} is ${result.replaced ? 'changed' : 'set'}`);
  } finally {
    output.idle();
  }
}

async function valueFrom(session: CliSession, question: string): Promise<Uint8Array> {
  if (canAsk(session)) return Buffer.from(await askHidden(question, session));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of addAbortSignal(session.signal, session.stdin) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_SECRET_BYTES)
      throw new FaasoError(
        'too_large',
        `what comes from stdin has more than ${MOST_SECRET_BYTES} bytes, the most that a secret can have`,
      );
  }
  if (bytes > 0) return Buffer.concat(chunks);
  throw new FaasoError('usage', 'nothing came from stdin, and a secret has at least one byte');
}

async function listAll(word: string, options: SecretOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const { funkos } = await connect(session, options);
  const result = await funkos.secrets.list(await nameOf(word, session.folder), session.signal);
  if (options.json === true) {
    output.json(result);
    return;
  }
  for (const key of result.secrets) output.result(key);
  if (result.secrets.length === 0) output.note(`${result.funko} has no secrets`);
  const local = options.local === true ? '-l ' : '';
  for (const key of result.missing)
    output.warn(
      `the newest version needs ${key}, which is not set: faaso secret set ${local}${result.funko} ${key}`,
    );
}

async function removeOne(
  word: string,
  key: string,
  options: SecretOptions,
  session: CliSession,
): Promise<void> {
  if (options.yes !== true && !canAsk(session)) {
    const message = 'remove asks for confirmation, which needs a terminal; without one, use --yes';
    throw new FaasoError('usage', message);
  }
  const output = new Output(session, options);
  const host = await connect(session, options);
  const name = await nameOf(word, session.folder);
  if (options.yes !== true && !(await confirm(`Remove the secret ${key} of ${name}?`, session))) {
    output.error(`${key} was not removed`);
    throw new Reported(FAILURE);
  }
  const result = await unstoppable(
    { host, output, session, name },
    `${key} is being removed`,
    async () => host.funkos.secrets.remove({ name, key }, session.signal),
    `faaso secret list ${name}`,
  );
  if (options.json === true) output.json(result);
  else output.result(`${name}: ${key} is removed`);
}

function withFunko(command: Command): Command {
  return command.argument('<funko>', 'a name, or a folder as in ./demo');
}

function keyArgument(text: string): string {
  if (SECRET_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(`It must have ${SECRET_RULE}.`);
}
