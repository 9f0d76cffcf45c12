/** `faaso server add | use | list | remove`: several servers, by names. */
import type { Command } from 'commander';
import { Output } from '../output/output.ts';
import { tableLines } from '../output/table.ts';
import { parseServerUrl } from '../connect/server-url.ts';
import { addServer, listServers, removeServer, useServer } from '../connect/named-servers.ts';
import type { CliSession } from '../session.ts';
import { login } from './login.ts';
import { withExamples, withJson, withQuiet, type OutputOptions } from '../options/shared-options.ts';

interface AddOptions extends OutputOptions {
  readonly token?: string;
}

const HEAD = ['NAME', 'ADDRESS', 'TOKEN', ''];

export function addServerCommands(program: Command, session: CliSession): void {
  const command = program
    .command('server')
    .helpCommand(false)
    .summary('give servers names, and choose one')
    .description(
      'Keeps servers under names: for --server, for FAASO_SERVER, and one of them for all commands.',
    );
  withExamples(
    command,
    'faaso server add prod https://faaso.example.org',
    'faaso server use prod',
    'faaso server list',
  );
  addAdd(command, session);
  addUse(command, session);
  addList(command, session);
  addRemove(command, session);
}

function addAdd(command: Command, session: CliSession): void {
  const own = command
    .command('add')
    .summary('keep a server under a name')
    .description("Keeps a server's address under a name, and with --token - its token too.")
    .argument('<name>', 'a new name')
    .argument('<url>', 'the address, e.g. https://faaso.example.org')
    .option('--token <->', 'read the token from stdin')
    .action((name: string, url: string, options: AddOptions) => add(name, url, options, session));
  withExamples(withQuiet(own), 'faaso server add prod https://faaso.example.org');
}

async function add(name: string, given: string, options: AddOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const url = parseServerUrl(given, 'the address');
  await addServer(name, url, session);
  if (options.token !== undefined) await login(url, options, session);
  else output.result(`${name} is ${url}`);
  const servers = await listServers(session);
  const hasToken = servers.some((one) => one.name === name && one.token);
  output.note(`Next: ${hasToken ? '' : `faaso login ${name}, `}faaso server use ${name}`);
}

function addUse(command: Command, session: CliSession): void {
  const own = command
    .command('use')
    .summary('talk to this server from now on')
    .description(
      'Makes a server the one that commands talk to, unless --server or FAASO_SERVER says another one.',
    )
    .argument('<server>', 'its name; "default" is the one of this machine')
    .action(async (name: string, options: OutputOptions) => {
      await useServer(name, session);
      new Output(session, options).result(`commands now talk to ${name}`);
    });
  withExamples(withQuiet(own), 'faaso server use prod', 'faaso server use default');
}

function addList(command: Command, session: CliSession): void {
  const own = command
    .command('list')
    .summary('show the servers that have names')
    .description('Shows the servers that have names; "*" marks the one that commands talk to.')
    .action((options: OutputOptions) => list(options, session));
  withExamples(
    withQuiet(withJson(own, 'print them as one JSON array')),
    'faaso server list',
    'faaso server list --json',
  );
}

async function list(options: OutputOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const servers = await listServers(session);
  if (options.json === true) {
    output.json(servers, 2);
    return;
  }
  const rows = servers.map(({ name, url, current, token }) => [
    name,
    url,
    token ? 'stored' : '-',
    current ? '*' : '',
  ]);
  const cells = [HEAD, ...rows].map((row) => row.map((text) => ({ text })));
  for (const line of tableLines(cells)) output.result(line);
}

function addRemove(command: Command, session: CliSession): void {
  const own = command
    .command('remove')
    .summary('forget a server and its token')
    .description(
      'Forgets a name, and the token of that server if it has no other name. The server itself is left alone.',
    )
    .argument('<server>', 'its name')
    .action(async (name: string, options: OutputOptions) => {
      await removeServer(name, session);
      new Output(session, options).result(`${name} is forgotten`);
    });
  withExamples(withQuiet(own), 'faaso server remove prod');
}
