/** What `build` and `deploy` can be asked for beside the folder. */
import { InvalidArgumentError, type Command } from 'commander';
import type { BuildRequest } from '../../lifecycle/funkos.ts';
import type { Session } from '../session.ts';

export interface BuildWishes {
  readonly force?: boolean;
  /** False with `--no-cache`. */
  readonly cache: boolean;
  readonly pull?: boolean;
  readonly buildArg?: Readonly<Record<string, string>>;
}

/** `--force`, `--no-cache`, `--pull`, `--build-arg`. */
export function withBuildWishes(command: Command, session: Session): Command {
  return command
    .option('-f, --force', 'make a version even if nothing has changed since the newest one')
    .option('--no-cache', 'build every step anew')
    .option('--pull', 'look for newer base images')
    .option(
      '--build-arg <name=value>',
      "set an ARG of the Dockerfile; NAME alone takes the environment's (repeatable)",
      buildArgOf(session),
    );
}

/** The wishes as a part of the request. */
export function wishesOf({ force, cache, pull, buildArg }: BuildWishes): Partial<BuildRequest> {
  return {
    ...(force === true ? { force } : {}),
    ...(cache ? {} : { noCache: true }),
    ...(pull === true ? { pull } : {}),
    ...(buildArg === undefined ? {} : { buildArgs: buildArg }),
  };
}

function buildArgOf({ environment }: Session) {
  return (word: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const [, name = '', value = environment[name]] = /^([A-Za-z_][A-Za-z0-9_]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '') throw new InvalidArgumentError('It must be NAME=VALUE, or the NAME of a variable.');
    if (value === undefined) throw new InvalidArgumentError(`The environment has no ${name}.`);
    return { ...before, [name]: value };
  };
}
