/** `faaso help [COMMAND]`. */
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import { didYouMean } from '../../funko/suggest.ts';
import type { CliSession } from '../session.ts';
import { withExamples } from '../options/shared-options.ts';

export function addHelp(program: Command, _session: CliSession): void {
  const command = program
    .command('help')
    .summary('show what a command does')
    .description('Shows all commands, or what one command does, with its options and examples.')
    .argument('[command...]', 'a command, and one below it')
    .action((names: string[]) => commandOf(program, names).outputHelp());
  withExamples(command, 'faaso help', 'faaso help build', 'faaso help runtimes check');
}

function commandOf(from: Command, names: readonly string[]): Command {
  const [name, ...below] = names;
  if (name === undefined) return from;
  const commands = from.createHelp().visibleCommands(from);
  const command = commands.find((candidate) => candidate.name() === name);
  if (command !== undefined) return commandOf(command, below);
  const all = commands.map((candidate) => candidate.name());
  throw new FaasoError('usage', `there is no command "${name}".${didYouMean(name, all)} See: faaso help`);
}
