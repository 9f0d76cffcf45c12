/** The command line as a whole: which commands there are, and what help and usage errors look like. */
import { styleText } from 'node:util';
import { Command, type OutputConfiguration } from 'commander';
import { faasoVersion } from '../version.ts';
import { addBuild } from './commands/build.ts';
import { addCompletion } from './commands/completion.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDev } from './commands/dev.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDown } from './commands/down.ts';
import { addExport } from './commands/export.ts';
import { addHelp } from './commands/help.ts';
import { addInvoke } from './commands/invoke.ts';
import { addLogin } from './commands/login.ts';
import { addLogs } from './commands/logs.ts';
import { addNew } from './commands/new.ts';
import { addPrune } from './commands/prune.ts';
import { addRemove } from './commands/remove.ts';
import { addRollback } from './commands/rollback.ts';
import { addRuntimes } from './commands/runtimes.ts';
import { addScale } from './commands/scale.ts';
import { addSplit } from './commands/split.ts';
import { addSecret } from './commands/secret.ts';
import { addStatus } from './commands/status.ts';
import { addUp } from './commands/up.ts';
import { addVersion } from './commands/version.ts';
import { addVersions } from './commands/versions.ts';
import type { Session } from './session.ts';
import { SETTINGS_HELP } from './settings.ts';

/** Commands in the order in which a person needs them. */
const COMMANDS = [
  ...[
    addNew,
    addDev,
    addDeploy,
    addBuild,
    addUp,
    addStatus,
    addLogs,
    addInvoke,
    addScale,
    addSplit,
    addSecret,
    addVersions,
    addRollback,
    addDown,
    addRemove,
    addPrune,
    addExport,
    addLogin,
    addDoctor,
  ],
  ...[addRuntimes, addCompletion, addVersion, addHelp],
];

/** The parser. It throws CommanderError instead of ending the process. */
export function createProgram(session: Session): Command {
  const program = new Command('faaso')
    .description('Functions as plain Docker containers, on a server you own.')
    .version(faasoVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(outputOf(session))
    .configureHelp({ styleTitle: (title) => styleText('bold', title, { validateStream: false }) })
    .addHelpText('after', `\n${SETTINGS_HELP}`);
  for (const add of COMMANDS) add(program, session);
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

function outputOf({ stdout, stderr }: Session): OutputConfiguration {
  return {
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    outputError: (text, write) => write(usageError(text, stderr)),
    getOutHelpWidth: () => stdout.columns,
    getErrHelpWidth: () => stderr.columns,
    getOutHasColors: () => styleText('bold', 'x', { stream: stdout }) !== 'x',
    getErrHasColors: () => styleText('bold', 'x', { stream: stderr }) !== 'x',
  };
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
