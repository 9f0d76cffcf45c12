/** Servers by name: kept in the config file, beside their tokens. The name `default` is this machine's usual one. */
import { FaasoError } from '../../errors.ts';
import { didYouMean } from '../../funko/suggest.ts';
import { configFile, isSame, readConfig, writeConfig, type CliConfig } from './config.ts';
import { parseServerUrl } from './server-url.ts';
import type { Environment, CliSession } from '../session.ts';
import { DEFAULT_SERVER } from '../settings.ts';

export const DEFAULT_NAME = 'default';
/** No name is an address, too: it has no dot, colon or slash. */
const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

export interface NamedServer {
  readonly name: string;
  readonly url: string;
  /** Whether it is talked to if nothing else is said. */
  readonly current: boolean;
  /** Whether a token is stored. */
  readonly token: boolean;
}

type ServerSettings = Pick<CliSession, 'environment' | 'home'>;

/** All servers that have a name, sorted, the default first. Throws `bad_setting`. */
export async function listServers(place: ServerSettings): Promise<NamedServer[]> {
  const { servers = {}, current = DEFAULT_NAME, tokens } = await readConfig(configFile(place));
  const all = Object.entries(servers).sort(([a], [b]) => (a < b ? -1 : 1));
  return [[DEFAULT_NAME, DEFAULT_SERVER] as const, ...all].map(([name, url]) => ({
    name,
    url,
    current: name === current,
    token: Object.keys(tokens).some((other) => isSame(other, url)),
  }));
}

/**
 * Keeps an address under a name.
 * @throws FaasoError `usage` for what can be no name, `conflict` if it stands for another address, `bad_setting`
 */
export async function addServer(name: string, url: string, place: ServerSettings): Promise<void> {
  if (!NAME_PATTERN.test(name) || name === DEFAULT_NAME) {
    const rule = `1 to 40 letters, digits, "-" and "_", and not "${DEFAULT_NAME}"`;
    throw new FaasoError('usage', `"${name}" can be no name of a server: it must be ${rule}`);
  }
  await change(place, (config) => {
    const servers = config.servers ?? {};
    const other = Object.hasOwn(servers, name) ? servers[name] : undefined;
    if (other !== undefined && other !== url)
      throw new FaasoError('conflict', `${name} is ${other} already; first: faaso server remove ${name}`);
    return { ...config, servers: { ...servers, [name]: url } };
  });
}

/** Makes it the one that is talked to. Throws `unknown_server`, `bad_setting`. */
export async function useServer(name: string, place: ServerSettings): Promise<void> {
  await change(place, (config) => {
    addressOf(name, config);
    const { current: _before, ...rest } = config;
    return name === DEFAULT_NAME ? rest : { ...rest, current: name };
  });
}

/** Forgets a name, and the token if no other name is left for that server. Throws `usage`, `bad_setting`. */
export async function removeServer(name: string, place: ServerSettings): Promise<void> {
  if (name === DEFAULT_NAME) throw new FaasoError('usage', `"${DEFAULT_NAME}" can't be removed`);
  await change(place, (config) => {
    const url = addressOf(name, config);
    const { servers = {}, current, tokens, ...rest } = config;
    const left = Object.entries(servers).filter(([other]) => other !== name);
    const isNamed = [DEFAULT_SERVER, ...left.map(([, other]) => other)].some((other) => isSame(other, url));
    const kept = Object.entries(tokens).filter(([other]) => isNamed || !isSame(other, url));
    return {
      ...rest,
      tokens: Object.fromEntries(kept),
      servers: Object.fromEntries(left),
      ...(current === undefined || current === name ? {} : { current }),
    };
  });
}

/**
 * The environment with FAASO_SERVER as an address: what `--server` says, else FAASO_SERVER, else the current server. A FAASO_TOKEN is
 * the token of the server that the environment means, and is not shown to another one.
 * @param given what `--server` says
 * @throws FaasoError `bad_setting`, `usage`
 */
export async function withServer(given: string | undefined, place: ServerSettings): Promise<Environment> {
  const { environment } = place;
  const usual = await usualServer(place, given !== undefined);
  if (given === undefined) return usual === undefined ? environment : { ...environment, FAASO_SERVER: usual };
  const server = await serverNamed(given, '--server', place);
  const isOther = !isSame(server, usual ?? DEFAULT_SERVER);
  return { ...environment, FAASO_SERVER: server, ...(isOther ? { FAASO_TOKEN: undefined } : {}) };
}

/** The address that a name or an address stands for. Throws `bad_setting`, `usage`. */
export async function serverNamed(word: string, source: string, place: ServerSettings): Promise<string> {
  if (!NAME_PATTERN.test(word)) return parseServerUrl(word, source);
  return addressOf(word, await readConfig(configFile(place)), source);
}

/** What cannot be read is told by the command that needs it. */
async function usualServer(place: ServerSettings, isReplaced: boolean): Promise<string | undefined> {
  const { FAASO_SERVER: text = '' } = place.environment;
  if (text !== '') {
    const server = serverNamed(text, 'FAASO_SERVER', place);
    return isReplaced || !NAME_PATTERN.test(text) ? server.catch(() => text) : server;
  }
  const config = await readConfig(configFile(place)).catch(() => undefined);
  const { current = DEFAULT_NAME, servers = {} } = config ?? {};
  return Object.hasOwn(servers, current) ? servers[current] : undefined;
}

function addressOf(name: string, { servers = {} }: CliConfig, source = ''): string {
  if (name === DEFAULT_NAME) return DEFAULT_SERVER;
  const url = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (url !== undefined) return url;
  const names = [DEFAULT_NAME, ...Object.keys(servers)];
  const which = `there is no server "${name}"; there are: ${names.join(', ')}.${didYouMean(name, names)}`;
  const add = `Add it with: faaso server add ${name} http://…`;
  throw new FaasoError('usage', `${source === '' ? '' : `${source}: `}${which} ${add}`);
}

async function change(place: ServerSettings, work: (config: CliConfig) => CliConfig): Promise<void> {
  const file = configFile(place);
  await writeConfig(file, work(await readConfig(file)));
}
