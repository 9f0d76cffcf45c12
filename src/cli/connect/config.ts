/**
 * The config file: one token for each server, `~/.config/faaso/config.json`, mode 0600. Written aside and renamed,
 * so that it is never half there; what other versions of FaaSO wrote into it is kept.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import { storeKeyOf } from './server-url.ts';
import type { CliSession } from '../session.ts';
import { reasonOf } from '../system-error.ts';

export interface CliConfig {
  readonly tokens: Readonly<Record<string, string>>;
  /** Addresses by the names that a person gave them. */
  readonly servers?: Readonly<Record<string, string>>;
  /** The name of the server that is talked to if nothing else is said. */
  readonly current?: string;
  readonly [key: string]: unknown;
}

/** Where the config file is; a relative XDG_CONFIG_HOME counts as none, as the XDG specification asks. */
export function configFile({ environment, home }: Pick<CliSession, 'environment' | 'home'>): string {
  const base = environment.XDG_CONFIG_HOME;
  return join(base !== undefined && isAbsolute(base) ? base : join(home, '.config'), 'faaso', 'config.json');
}

/**
 * The token that is stored for this server, by whatever name of this machine it was stored.
 * @throws FaasoError `bad_setting` if the file is there and is not what FaaSO writes
 */
export async function storedToken(file: string, server: string): Promise<string | undefined> {
  const { tokens } = await readConfig(file);
  if (Object.hasOwn(tokens, server)) return tokens[server];
  return Object.entries(tokens).find(([other]) => isSame(other, server))?.[1];
}

/**
 * Stores a server's token beside those of other servers, in place of those under other names of the same one.
 * @throws FaasoError `bad_setting` if the file is there and is not what FaaSO writes (it is left as it is then), or
 * can't be written
 */
export async function storeToken(file: string, server: string, token: string): Promise<void> {
  const config = await readConfig(file);
  const others = Object.entries(config.tokens).filter(([other]) => !isSame(other, server));
  const changed = { ...config, tokens: { ...Object.fromEntries(others), [storeKeyOf(server)]: token } };
  await writeConfig(file, changed);
}

/**
 * Replaces the file as a whole.
 * @throws FaasoError `bad_setting`
 */
export async function writeConfig(file: string, config: CliConfig): Promise<void> {
  await replace(file, `${JSON.stringify(config, null, 2)}\n`);
}

/** Whether both are one server. What another version of FaaSO stored may be no address. */
export function isSame(other: string, server: string): boolean {
  return [other, server].every((one) => URL.canParse(one)) && storeKeyOf(other) === storeKeyOf(server);
}

/**
 * All that the file holds; nothing if it is not there.
 * @throws FaasoError `bad_setting`
 */
export async function readConfig(file: string): Promise<CliConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return { tokens: {} };
    throw new FaasoError('bad_setting', `${file} can't be read: ${reasonOf(error)}`, { cause: error });
  }
  return checked(text, file);
}

function checked(text: string, file: string): CliConfig {
  try {
    const value: unknown = JSON.parse(text);
    if (isConfig(value)) return value;
  } catch {
    // Falls through to the one message for both: not JSON, and JSON of another shape.
  }
  const shape = '{"tokens": {"http://server:8888": "…"}}';
  throw new FaasoError(
    'bad_setting',
    `${file} is not ${shape}; fix it, or delete it and run "faaso login" again`,
  );
}

function isConfig(value: unknown): value is CliConfig {
  if (!isObject(value) || !isObject(value.tokens)) return false;
  const { tokens, servers = {}, current = '' } = value;
  return isObject(servers) && typeof current === 'string' && areTexts(tokens) && areTexts(servers);
}

function areTexts(record: Record<string, unknown>): boolean {
  return Object.values(record).every((text) => typeof text === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function replace(file: string, text: string): Promise<void> {
  try {
    await writeAside(await followed(file), text);
  } catch (error) {
    throw new FaasoError('bad_setting', `${file} can't be written: ${messageOf(error)}`, { cause: error });
  }
}

async function writeAside(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${randomUUID()}`;
  try {
    await using handle = await open(aside, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.sync();
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** Where a symbolic link leads, so that a config that is kept elsewhere (dotfiles) stays there. */
async function followed(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}
