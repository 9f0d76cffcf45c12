/** What `build` and `deploy` can be asked for beside the folder. */
import { InvalidArgumentError, type Command } from 'commander';
import { STAGE_PATTERN } from '../../funko/naming/build.ts';
import type { BuildRequest } from '../../api/funko-api.ts';
import { withTrust } from './trust-option.ts';
import { withBuildSecrets, type SecretSource } from './build-secrets.ts';
import type { CliSession } from '../session.ts';

export interface BuildFlags {
  readonly force?: boolean;
  /** False with `--no-cache`. */
  readonly cache: boolean;
  readonly pull?: boolean;
  readonly buildArg?: Readonly<Record<string, string>>;
  readonly secret?: readonly SecretSource[];
  readonly target?: string;
}

/** `--force`, `--no-cache`, `--pull`, `--target`, `--build-arg`, `--secret`. */
export function withBuildOptions(command: Command, session: CliSession): Command {
  const wishes = command
    .option('-f, --force', 'make a version even if nothing has changed since the newest one')
    .option('--no-cache', 'build every step without the cache')
    .option('--pull', 'look for newer base images')
    .option(
      '--target <stage>',
      "build this stage of the folder's own Dockerfile, not the last one",
      stageArgument,
    )
    .option(
      '--build-arg <name=value>',
      "set an ARG of the Dockerfile; NAME alone takes the environment's (repeatable)",
      buildArgOf(session),
    );
  return withTrust(withBuildSecrets(wishes, session));
}

/** The wishes as a part of the request. */
export function buildFlagsOf({ force, cache, pull, buildArg, target }: BuildFlags): Partial<BuildRequest> {
  return {
    ...(force === true ? { force } : {}),
    ...(cache ? {} : { noCache: true }),
    ...(pull === true ? { pull } : {}),
    ...(target === undefined ? {} : { target }),
    ...(buildArg === undefined ? {} : { buildArgs: buildArg }),
  };
}

function stageArgument(text: string): string {
  if (new RegExp(STAGE_PATTERN).test(text)) return text;
  throw new InvalidArgumentError('It must be the name of a stage.');
}

function buildArgOf({ environment }: CliSession) {
  return (word: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const [, name = '', value = environment[name]] = /^([A-Za-z_][A-Za-z0-9_]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '') throw new InvalidArgumentError('It must be NAME=VALUE, or the NAME of a variable.');
    if (value === undefined) throw new InvalidArgumentError(`The environment has no ${name}.`);
    return { ...before, [name]: value };
  };
}
