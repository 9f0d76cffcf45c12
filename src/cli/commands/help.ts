/** `faaso help [COMMAND]`. */
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import { didYouMean } from '../../funko/suggest.ts';
import type { Session } from '../session.ts';
import { withExamples } from './options.ts';

export function addHelp(program: Command, _session: Session): void {
  const command = program
    .command('help')
    .summary('show what a command does')
    .description('Shows all commands, or what one command does, with its options and examples.')
    .argument('[command]')
    .action((name: string | undefined) => help(program, name));
  withExamples(command, 'faaso help', 'faaso help build');
}

function help(program: Command, name: string | undefined): void {
  commandOf(program, name).outputHelp();
}

function commandOf(program: Command, name: string | undefined): Command {
  if (name === undefined) return program;
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (command !== undefined) return command;
  const names = program.commands.map((candidate) => candidate.name());
  throw new FaasoError('usage', `there is no command "${name}".${didYouMean(name, names)} See: faaso help`);
}
