/** Which commands there are, and which of them a command line needs: loading all takes longer than what most of them do. */
import type { Command } from 'commander';
import type { CliSession } from './session.ts';

/** Adds a command to the parser. */
type Add = (program: Command, session: CliSession) => void;

/** Commands in the order in which a person needs them. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  new: async () => (await import('./commands/new.ts')).addNew,
  init: async () => (await import('./commands/new.ts')).addInit,
  dev: async () => (await import('./commands/dev.ts')).addDev,
  deploy: async () => (await import('./commands/deploy.ts')).addDeploy,
  build: async () => (await import('./commands/build.ts')).addBuild,
  up: async () => (await import('./commands/up.ts')).addUp,
  status: async () => (await import('./commands/status.ts')).addStatus,
  open: async () => (await import('./commands/open.ts')).addOpen,
  logs: async () => (await import('./commands/logs.ts')).addLogs,
  exec: async () => (await import('./commands/exec.ts')).addExec,
  invoke: async () => (await import('./commands/invoke.ts')).addInvoke,
  restart: async () => (await import('./commands/restart.ts')).addRestart,
  scale: async () => (await import('./commands/scale.ts')).addScale,
  split: async () => (await import('./commands/split.ts')).addSplit,
  env: async () => (await import('./commands/env.ts')).addEnv,
  secret: async () => (await import('./commands/secret.ts')).addSecret,
  versions: async () => (await import('./commands/versions.ts')).addVersions,
  rollback: async () => (await import('./commands/rollback.ts')).addRollback,
  down: async () => (await import('./commands/down.ts')).addDown,
  remove: async () => (await import('./commands/remove.ts')).addRemove,
  adopt: async () => (await import('./commands/adopt.ts')).addAdopt,
  release: async () => (await import('./commands/adopt.ts')).addRelease,
  prune: async () => (await import('./commands/prune.ts')).addPrune,
  export: async () => (await import('./commands/export.ts')).addExport,
  login: async () => (await import('./commands/login.ts')).addLogin,
  server: async () => (await import('./commands/server.ts')).addServerCommands,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  runtimes: async () => (await import('./commands/runtimes.ts')).addRuntimes,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
  version: async () => (await import('./commands/version.ts')).addVersion,
  help: async () => (await import('./commands/help.ts')).addHelp,
};

/** These speak of all commands. */
const NEED_ALL = new Set(['help', 'completion']);
const NEED_NONE = new Set(['-V', '--version']);

/** What adds the commands that a command line needs: its own, or all where it names none that there is. */
export async function loadCommands([first = '']: readonly string[]): Promise<Add[]> {
  if (NEED_NONE.has(first)) return [];
  const own = Object.hasOwn(COMMANDS, first) && !NEED_ALL.has(first) ? COMMANDS[first] : undefined;
  return Promise.all((own ? [own] : Object.values(COMMANDS)).map(async (load) => load()));
}
