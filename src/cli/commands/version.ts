/** `faaso version`. */
import type { Command } from 'commander';
import { faasoVersion } from '../../version.ts';
import { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';
import { withExamples } from '../options/shared-options.ts';

export function addVersion(program: Command, session: CliSession): void {
  const command = program
    .command('version')
    .summary('print the version')
    .description("Prints this program's version.")
    .action(() => new Output(session).result(`faaso ${faasoVersion()}`));
  withExamples(command, 'faaso version');
}
