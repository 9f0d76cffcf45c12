/** `faaso export FOLDER DEST`: the funko as a project that plain Docker builds. */
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { Output } from '../output/output.ts';
import { runtimesFolder } from '../folders/runtimes-folder.ts';
import type { CliSession } from '../session.ts';
import { asExpected } from '../system-error.ts';
import { trustOf } from '../folders/trusted-runtimes.ts';
import { withTrust, type TrustFlags } from '../options/trust-option.ts';
import { withExamples, withQuiet } from '../options/shared-options.ts';

interface ExportOptions extends TrustFlags {
  readonly quiet?: boolean;
}

export function addExport(program: Command, session: CliSession): void {
  const command = program
    .command('export')
    .summary('write a funko as a project that plain Docker builds')
    .description(
      'Writes the build context of a funko, its runtime included, to a new folder. "docker build" makes the same image of ' +
        'it, without FaaSO, and its Compose file starts what "faaso up" starts.',
    )
    .argument('<folder>', 'a folder with a funko.yml; if one word is given, this folder is meant')
    .argument('[dest]', 'the folder to make')
    .action((folder: string, dest: string | undefined, options: ExportOptions) =>
      dest === undefined
        ? exportFolder('.', folder, options, session)
        : exportFolder(folder, dest, options, session),
    );
  withExamples(
    withTrust(withQuiet(command)),
    'faaso export demo demo-standalone',
    'faaso export ../demo-standalone',
  );
}

async function exportFolder(
  folder: string,
  dest: string,
  options: ExportOptions,
  session: CliSession,
): Promise<void> {
  const { openContext } = await import('../../builder/context.ts');
  const { exportContext } = await import('../../builder/export/export.ts');
  const output = new Output(session, options);
  const trust = trustOf(options, session);
  const request = { folder, runtimesFolder: runtimesFolder(), trust, signal: session.signal };
  const context = await openContext(request);
  const target = resolve(session.folder, dest);
  const failed = (error: unknown): never => {
    throw asExpected(error, target);
  };
  for (const path of await exportContext(context, target).catch(failed))
    output.note(`  made  ${dest}/${path}`);
  output.result(`${relative(session.folder, target) || '.'}/`);
  output.note(`Next: docker compose --project-directory ${dest} up --build`);
}
