/** Options that several commands have, each described once. */
import { Option, type Command } from 'commander';
import { examplesText, helpWidth } from '../output/help-layout.ts';

export interface LocalOption {
  readonly local?: boolean;
}

export interface OutputOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** `-l`: on this machine's engine, without a server; `-local` is read as `--local` too. `--server`: on another server (program.ts). */
export function withLocal(command: Command): Command {
  return command
    .option('-l, --local', "use this machine's Docker Engine, without a server")
    .addOption(new Option('--server <server>', 'use this server: its name or address').conflicts('local'));
}

/** `--yes`, of commands that build. */
export function withYes(command: Command): Command {
  return command.option('-y, --yes', 'write the funko.yml that a folder with code lacks, and ask nothing');
}

/** `--quiet`. */
export function withQuiet(command: Command): Command {
  return command.option('-q, --quiet', 'print the result and errors only');
}

/** `--json`. */
export function withJson(
  command: Command,
  help = 'print the result as JSON, one line for each funko',
): Command {
  return command.option('--json', help);
}

/** Examples at the end of a command's help. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', () => examplesText(lines, helpWidth(command)));
}
