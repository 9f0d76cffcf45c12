/** The command line as a whole: which commands there are, and what help and usage errors look like. */
import { styleText } from 'node:util';
import { Command, type OutputConfiguration } from 'commander';
import { faasoVersion } from '../version.ts';
import { loadCommands } from './command-table.ts';
import { HELP_LAYOUT, USUAL_WIDTH, helpWidth, listText } from './output/help-layout.ts';
import { showsColours, terminalText } from './output/terminal-text.ts';
import { withServer } from './connect/named-servers.ts';
import type { CliSession } from './session.ts';
import { SETTINGS_HELP } from './settings.ts';

/**
 * The parser. It throws CommanderError instead of ending the process.
 * @param words the command line: only what it needs is loaded
 */
export async function createProgram(given: CliSession, words: readonly string[]): Promise<Command> {
  const session: { -readonly [key in keyof CliSession]: CliSession[key] } = { ...given };
  const program = new Command('faaso')
    .description('Functions as plain Docker containers, on a server you own.')
    .version(faasoVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(outputOf(session))
    .configureHelp({
      ...HELP_LAYOUT,
      styleTitle: (title) => styleText('bold', title, { validateStream: false }),
    })
    .addHelpText('after', ({ command }) => listText('Environment:', SETTINGS_HELP, helpWidth(command)))
    .hook('preAction', async (_program, command) => {
      session.environment = await withServer(command.opts<{ server?: string }>().server, session);
    });
  for (const add of await loadCommands(words)) add(program, session);
  const nested = program.commands.flatMap(({ commands }) => commands);
  for (const command of [program, ...program.commands, ...nested])
    command.showHelpAfterError(seeAlso(command));
  return program;
}

function seeAlso(command: Command): string {
  const { parent } = command;
  if (parent === null) return 'See: faaso help';
  if (parent.parent === null) return `See: faaso help ${command.name()}`;
  return `See: faaso ${parent.name()} ${command.name()} --help`;
}

function outputOf({ stdout, stderr, environment }: CliSession): OutputConfiguration {
  return {
    writeOut: (text) => stdout.write(terminalText(text, showsColours(stdout))),
    writeErr: (text) => stderr.write(terminalText(text, showsColours(stderr))),
    outputError: (text, write) => write(usageError(text, stderr)),
    getOutHelpWidth: () => widthOf(stdout, environment),
    getErrHelpWidth: () => widthOf(stderr, environment),
    getOutHasColors: () => showsColours(stdout),
    getErrHasColors: () => showsColours(stderr),
  };
}

/** As other programs do, COLUMNS goes before what the terminal says. */
function widthOf({ columns }: NodeJS.WriteStream, { COLUMNS }: CliSession['environment']): number {
  const given = /^[1-9][0-9]{0,3}$/.test(COLUMNS ?? '') ? Number(COLUMNS) : columns;
  return given || USUAL_WIDTH;
}

function usageError(text: string, stream: NodeJS.WriteStream): string {
  const plain = text
    .replace(/^error: /, '')
    .replace(
      /^command-argument value '(.*)' is invalid for argument '(.*)'/,
      "argument '$2': '$1' is invalid",
    );
  return `${styleText('red', 'faaso:', { stream })} ${plain}`;
}
