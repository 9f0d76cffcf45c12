/** `faaso new NAME -r RUNTIME`: a folder with a funko.yml and code that works. `faaso init`: a funko.yml for code that is there. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { FaasoError, systemCodeOf } from '../../errors.ts';
import { NAME_RULE, isFunkoName } from '../../funko/naming/names.ts';
import { Output } from '../output/output.ts';
import { runtimesFolder } from '../folders/runtimes-folder.ts';
import type { CliSession } from '../session.ts';
import { asExpected } from '../system-error.ts';
import { isPath } from '../folders/funko-targets.ts';
import { trustOf } from '../folders/trusted-runtimes.ts';
import { withTrust, type TrustFlags } from '../options/trust-option.ts';
import { withExamples, withQuiet } from '../options/shared-options.ts';

interface NewOptions extends TrustFlags {
  readonly runtime?: string;
  readonly name?: string;
  readonly yes?: boolean;
  readonly quiet?: boolean;
}

export function addNew(program: Command, session: CliSession): void {
  const command = program
    .command('new')
    .summary('make a funko: a new folder, or a funko.yml for code')
    .description(
      'Makes a folder with a funko.yml and code that works, to start from. For a folder that has code (".", "./shop") it writes ' +
        'the funko.yml: the runtime is told by the files that lie there.',
    )
    .argument('<name>', "the funko's name, and the folder's; or a folder with code, as in . or ./shop")
    .action((word: string, options: NewOptions) => makeNew(word, options, session));
  withExamples(withChoices(command), 'faaso new demo -r node', 'faaso new .');
}

export function addInit(program: Command, session: CliSession): void {
  const command = program
    .command('init')
    .summary('write the funko.yml of a folder that has code')
    .description(
      'Writes the funko.yml of a folder that has code. The runtime is told by the files that lie there: package.json, requirements.txt, ' +
        'go.mod, a Dockerfile, … Nothing is overwritten. It asks if several are likely.',
    )
    .argument('[folder]', 'the folder (default: this one)')
    .action((word: string | undefined, options: NewOptions) => makeIn(word ?? '.', options, session));
  withExamples(withChoices(command), 'faaso init', 'faaso init shop -r node', 'faaso init --name shop --yes');
}

function withChoices(command: Command): Command {
  command
    .option('-r, --runtime <runtime>', 'the runtime, e.g. node; for code that is there it is guessed')
    .option('--name <name>', "for code that is there: the funko's name (default: from the folder's)")
    .option('-y, --yes', 'for code that is there: take the likeliest runtime, and ask nothing');
  return withTrust(withQuiet(command));
}

async function makeNew(word: string, options: NewOptions, session: CliSession): Promise<void> {
  if (isPath(word)) return makeIn(word, options, session);
  await fromTemplate(word, options.name ?? word, options, session);
}

/** What is there decides: code gets a funko.yml, an empty or new folder the template. */
async function makeIn(word: string, options: NewOptions, session: CliSession): Promise<void> {
  const folder = resolve(session.folder, word);
  const [{ initFolder }, { nameFromFolder }] = await Promise.all([
    import('../folders/init-folder.ts'),
    import('../../builder/write-manifest.ts'),
  ]);
  if (options.name !== undefined) checkName(options.name);
  if (await isEmpty(folder))
    return fromTemplate(word, options.name ?? nameFromFolder(folder), options, session);
  const output = new Output(session, options);
  await initFolder(word, options, session, output).catch((error: unknown) => {
    throw asExpected(error, folder);
  });
  output.result(`${word.replace(/\/+$/, '')}/`);
  output.note(`Next: faaso deploy ${word}`);
}

/** Whether it holds nothing, or is not there. */
async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return true;
    throw asExpected(error, folder);
  }
}

function checkName(name: string): void {
  if (!isFunkoName(name))
    throw new FaasoError('bad_name', `"${name}" is not a valid funko name: ${NAME_RULE}`);
}

async function fromTemplate(
  word: string,
  name: string,
  options: NewOptions,
  session: CliSession,
): Promise<void> {
  checkName(name);
  const { listRuntimes } = await import('../../builder/runtime/runtime.ts');
  const { scaffold } = await import('../../builder/runtime/scaffold.ts');
  if (options.runtime === undefined) {
    const names = (await listRuntimes(runtimesFolder())).map((runtime) => runtime.name);
    throw new FaasoError('usage', `which runtime? Add -r and one of: ${names.join(', ')}`);
  }
  const folder = resolve(session.folder, word);
  const files = await scaffold({
    name,
    runtime: options.runtime,
    from: session.folder,
    folder,
    runtimesFolder: runtimesFolder(),
    trust: trustOf(options, session),
  }).catch((error: unknown) => {
    throw asExpected(error, folder);
  });
  const output = new Output(session, options);
  const shown = word.replace(/\/+$/, '');
  for (const file of files) output.note(`  made  ${shown}/${file}`);
  output.result(`${shown}/`);
  output.note(`Next: faaso build ${word} && faaso up ${word}`);
}
