/**
 * `faaso login [URL]`: gets a server's token and keeps it. A user who may talk to the engine that runs the server needs
 * no copy and paste: the token is read out of the server's container.
 */
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import { PROXY_NAME } from '../../funko/naming/names.ts';
import { configFile, storeToken } from '../connect/config.ts';
import { serverFunkos } from '../connect/connect.ts';
import { Output } from '../output/output.ts';
import { askHidden, canAsk } from '../terminal/prompt.ts';
import { isLocal, storeKeyOf } from '../connect/server-url.ts';
import { serverNamed } from '../connect/named-servers.ts';
import type { CliSession } from '../session.ts';
import { serverOf, tokenOf } from '../settings.ts';
import { withExamples, withQuiet } from '../options/shared-options.ts';

interface LoginOptions {
  readonly token?: string;
  readonly container?: string;
  readonly quiet?: boolean;
}

export function addLogin(program: Command, session: CliSession): void {
  const command = program
    .command('login')
    .summary("get and keep a server's token")
    .description(
      "Gets a server's token and keeps it. For a server on this machine it is read through Docker; for another one it " +
        'is asked for, or read from stdin with --token -.',
    )
    .argument('[server]', 'its address or name (default: FAASO_SERVER, else the one in use)')
    .option('--token <->', 'read the token from stdin')
    .option('--container <name>', `the server's container on this machine (default: ${PROXY_NAME})`)
    .action((url: string | undefined, options: LoginOptions) => login(url, options, session));
  withQuiet(command);
  withExamples(
    command,
    'faaso login',
    'faaso login https://faaso.example.org',
    'ssh my-server docker exec faaso-proxy cat /data/token | faaso login http://my-server:8888 --token -',
  );
}

/** Gets and keeps the token of a server: its name or address. Throws `usage`, `unauthorized`, `server_*`, `bad_setting`. */
export async function login(
  url: string | undefined,
  options: LoginOptions,
  session: CliSession,
): Promise<void> {
  const output = new Output(session, options);
  const server =
    url === undefined ? serverOf(session.environment) : await serverNamed(url, 'the address', session);
  const token = checked(await tokenFor(server, options, session), server);
  const where = await (await serverFunkos(server, token)).where(session.signal);
  await storeToken(configFile(session), server, token);
  output.result(`logged in to ${server} (FaaSO ${where.faaso}, Docker Engine ${where.engine})`);
  warnings(server, session).forEach((line) => output.warn(line));
}

async function tokenFor(server: string, options: LoginOptions, session: CliSession): Promise<string> {
  if (options.token !== undefined) return fromStdin(options.token, server, session);
  if (options.container !== undefined || isLocal(server)) {
    const { tokenInContainer } = await import('../connect/token-in-container.ts');
    return tokenInContainer(options.container ?? PROXY_NAME, server, session).catch((error: unknown) => {
      throw withTokenHint(error, server);
    });
  }
  if (canAsk(session)) return askFor(server, session);
  throw new FaasoError(
    'usage',
    `the token of ${server} is needed: ssh SERVER docker exec ${PROXY_NAME} cat /data/token | ` +
      `faaso login ${server} --token -`,
  );
}

/** Who may not talk to the engine can be given the token by somebody who may. */
function withTokenHint(error: unknown, server: string): unknown {
  if (!(error instanceof FaasoError) || error.code !== 'engine_unreachable') return error;
  const message =
    `${error.message} Or get the token from somebody who may use Docker there ` +
    `(docker exec ${PROXY_NAME} cat /data/token), and: faaso login ${server} --token -`;
  return new FaasoError(error.code, message, { cause: error });
}

/** A token among the arguments would show in the list of processes and in the shell's history. */
async function fromStdin(word: string, server: string, session: CliSession): Promise<string> {
  if (word !== '-') {
    throw new FaasoError(
      'usage',
      '--token takes only "-": the token is read from stdin, where nobody sees it',
    );
  }
  return canAsk(session) ? askFor(server, session) : (await text(session.stdin)).trim();
}

async function askFor(server: string, session: CliSession): Promise<string> {
  return (await askHidden(`Token of ${server} (not shown): `, session)).trim();
}

/** What can be no header's value is refused here, without being repeated. */
function checked(token: string, server: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const what = token === '' ? 'is empty' : 'holds characters that no token has';
  throw new FaasoError('usage', `what was given as the token of ${server} ${what}`);
}

function warnings(server: string, { environment }: CliSession): string[] {
  const lines: string[] = [];
  if (server.startsWith('http:') && !isLocal(server)) {
    lines.push(`${server} is not encrypted: anybody on the way can read the token`);
  }
  if (storeKeyOf(server) !== storeKeyOf(serverOf(environment)))
    lines.push(`other commands still talk to ${serverOf(environment)}: set FAASO_SERVER=${server}`);
  if (tokenOf(environment) !== undefined)
    lines.push('FAASO_TOKEN is set, and goes before the token that was stored now');
  return lines;
}
