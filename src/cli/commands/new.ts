/** `faaso new NAME -r RUNTIME`: a folder with a funko.yml and code that works. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import { NAME_RULE, isFunkoName } from '../../funko/naming.ts';
import { Output } from '../output/output.ts';
import { runtimesFolder } from '../runtimes-folder.ts';
import type { Session } from '../session.ts';
import { asExpected } from '../system-error.ts';
import { withExamples, withQuiet } from './options.ts';

interface NewOptions {
  readonly runtime?: string;
  readonly quiet?: boolean;
}

export function addNew(program: Command, session: Session): void {
  const command = program
    .command('new')
    .summary('make a folder with a funko.yml and code')
    .description('Makes a folder with a funko.yml and code that works, to start from.')
    .argument('<name>', "the funko's name, and the folder's")
    .option('-r, --runtime <runtime>', 'the language, e.g. node')
    .action((name: string, options: NewOptions) => makeNew(name, options, session));
  withExamples(withQuiet(command), 'faaso new demo -r node');
}

async function makeNew(name: string, options: NewOptions, session: Session): Promise<void> {
  if (!isFunkoName(name)) throw new FaasoError('bad_name', `"${name}" is no name for a funko: ${NAME_RULE}`);
  const { listRuntimes } = await import('../../builder/runtime.ts');
  const { scaffold } = await import('../../builder/scaffold.ts');
  if (options.runtime === undefined) {
    const names = (await listRuntimes(runtimesFolder())).map((runtime) => runtime.name);
    throw new FaasoError('usage', `which runtime? Add -r and one of: ${names.join(', ')}`);
  }
  const folder = resolve(session.folder, name);
  const files = await scaffold({
    name,
    runtime: options.runtime,
    from: session.folder,
    folder,
    runtimesFolder: runtimesFolder(),
  }).catch((error: unknown) => {
    throw asExpected(error, folder);
  });
  const output = new Output(session, options);
  for (const file of files) output.note(`  made  ${name}/${file}`);
  output.result(`${name}/`);
  output.note(`To go on: faaso build ${name} && faaso up ${name}`);
}
