/** The CLI's settings, read from the environment that main.ts hands over. A bad value stops the command. */
import { isAbsolute, join } from 'node:path';
import { FaasoError } from '../errors.ts';
import {
  BUILD_CGROUP_PATTERN,
  BUILD_CGROUP_RULE,
  DEFAULT_BUILD_CGROUP,
  buildCgroupOf,
} from '../funko/build-cgroup.ts';
import { DEFAULT_NETWORK, NETWORK_PATTERN, PROXY_PORT } from '../funko/naming/names.ts';
import { parseServerUrl } from './connect/server-url.ts';
import type { Environment, CliSession } from './session.ts';

export const DEFAULT_SERVER = `http://localhost:${PROXY_PORT}`;

/** What `faaso help` says of them. */
export const SETTINGS_HELP: readonly (readonly [name: string, help: string])[] = [
  [
    'FAASO_SERVER',
    `the server to talk to, by name or address (default: the one in use, else ${DEFAULT_SERVER})`,
  ],
  ['FAASO_TOKEN', 'its token, instead of the one that "faaso login" stored'],
  ['FAASO_NETWORK', `with --local: the funkos' network (default: ${DEFAULT_NETWORK})`],
  ['FAASO_BUILD_CGROUP', `with --local: the cgroup that builds run in (default: ${DEFAULT_BUILD_CGROUP})`],
  ['FAASO_RUNTIMES', "a folder with runtimes of one's own, which a folder with code may be of"],
  ['DOCKER_HOST', "with --local and for login: the engine's address (unix://, tcp://, ssh://)"],
  ['DOCKER_CONTEXT', 'the Docker context, if DOCKER_HOST is not set (default: the current one)'],
  ['NO_COLOR, FORCE_COLOR', 'no colours, or colours where there is no terminal'],
  ['COLUMNS', "how wide help is (default: the terminal's width)"],
];

/**
 * The server that is talked to, normalised.
 * @throws FaasoError `bad_setting`
 */
export function serverOf(environment: Environment): string {
  const text = given(environment.FAASO_SERVER);
  return text === undefined ? DEFAULT_SERVER : parseServerUrl(text, 'FAASO_SERVER');
}

/** The token from the environment: the one for `serverOf`, undefined if there is none. */
export function tokenOf(environment: Environment): string | undefined {
  return given(environment.FAASO_TOKEN?.trim());
}

/**
 * The network of local funkos.
 * @throws FaasoError `bad_setting`
 */
export function networkOf(environment: Environment): string {
  const name = given(environment.FAASO_NETWORK) ?? DEFAULT_NETWORK;
  if (!NETWORK_PATTERN.test(name)) {
    throw new FaasoError(
      'bad_setting',
      `FAASO_NETWORK is "${name}"; it must be the name of a Docker network`,
    );
  }
  return name;
}

/**
 * The cgroup of local builds; null: the engine's choice.
 * @throws FaasoError `bad_setting`
 */
export function localBuildCgroup(environment: Environment): string | null {
  const setting = given(environment.FAASO_BUILD_CGROUP) ?? DEFAULT_BUILD_CGROUP;
  if (BUILD_CGROUP_PATTERN.test(setting)) return buildCgroupOf(setting);
  throw new FaasoError('bad_setting', `FAASO_BUILD_CGROUP is "${setting}"; it must be ${BUILD_CGROUP_RULE}.`);
}

/** The user's folder of runtimes; undefined if there is none. */
export function ownRuntimesFolder(environment: Environment): string | undefined {
  return given(environment.FAASO_RUNTIMES);
}

/** A variable that is set to nothing counts as not set, as in `FAASO_SERVER= faaso status`. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Where logs of local instances that are gone are kept; a relative XDG_STATE_HOME counts as none. */
export function logsFolder(
  { environment, home }: Pick<CliSession, 'environment' | 'home'>,
  network: string,
): string {
  const base = given(environment.XDG_STATE_HOME);
  const state = base !== undefined && isAbsolute(base) ? base : join(home, '.local', 'state');
  return join(state, 'faaso', 'logs', network);
}
