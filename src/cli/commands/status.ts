/** `faaso status [NAME…]`: what there is, what takes traffic, and what fixes what does not. */
import { Option, type Command } from 'commander';
import type { FunkoStatus } from '../../api/funko-api.ts';
import { forEachWord } from '../for-each-funko.ts';
import { untilInterrupted } from '../exit.ts';
import { connect, type FunkoHost } from '../connect/connect.ts';
import { Output, type Style } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { statusLines, type Shown } from '../output/status-table.ts';
import type { CliSession } from '../session.ts';
import { nameOf } from '../folders/funko-targets.ts';
import {
  withExamples,
  withJson,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';

interface StatusOptions extends LocalOption, OutputOptions {
  readonly disk?: boolean;
  readonly watch?: boolean;
}

const NONE = 'No funkos yet. Make one: faaso new demo -r node';
const GOOD = new Set(['ready', 'running']);
const BAD = new Set(['unavailable', 'unhealthy', 'misplaced']);

export function addStatus(program: Command, session: CliSession): void {
  const command = program
    .command('status')
    .summary('show funkos and their instances')
    .description(
      'Shows all funkos, or those that are named: their instances, whether they take traffic, and if not, why.',
    )
    .argument('[funko...]', 'names, or folders as in ./demo')
    .option('--disk', 'also measure what each takes on the disk that nothing else does')
    .addOption(new Option('-w, --watch', 'show changes until Ctrl-C').conflicts('disk'))
    .action((words: string[], options: StatusOptions) => status(words, options, session));
  withQuiet(withJson(withLocal(command), 'print all of it as one JSON array'));
  withExamples(
    command,
    'faaso status',
    'faaso status demo --json',
    'faaso status --disk',
    'faaso status --watch',
  );
}

async function status(words: readonly string[], options: StatusOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const host = await connect(session, options);
  if (options.watch === true) {
    const { watchStatus } = await import('../terminal/status-watch.ts');
    const look = async (): Promise<readonly Shown[]> => lookAt(words, host, session);
    const view = { look, linesOf: (found: readonly Shown[]) => linesOf(found, options, output) };
    await untilInterrupted(session.signal, async () => watchStatus(view, output, session));
  }
  const found: FunkoStatus[] = words.length === 0 ? await host.funkos.list(session.signal) : [];
  try {
    await forEachWord(words, output, { signal: session.signal, atOnce: 1 }, async (word) => {
      const name = await nameOf(word, session.folder);
      found.push(await host.funkos.show(name, session.signal));
    });
  } finally {
    if (words.length === 0 || found.length > 0)
      print(await withDisk(withUrls(found, host), host, options, session), options, output);
  }
  const published = found.find(({ url }) => url !== null)?.url ?? null;
  if (host.remote && published !== null) output.note(host.remote.reach(published));
  await warnIfStale(host, session, output);
}

async function lookAt(
  words: readonly string[],
  host: FunkoHost,
  { signal, folder }: CliSession,
): Promise<readonly Shown[]> {
  const { funkos } = host;
  if (words.length === 0) return withUrls(await funkos.list(signal), host);
  const found = await Promise.all(words.map(async (word) => funkos.show(await nameOf(word, folder), signal)));
  return withUrls(found, host);
}

/** Where each answers: a server does not know by which address it is reached. */
function withUrls(found: readonly FunkoStatus[], host: FunkoHost): Shown[] {
  return found.map((one) => ({
    ...one,
    url: host.urlOf(one.name, one.url),
    urls: host.urlsOf(one.name, one.url),
  }));
}

/** For programs a line each time. */
function linesOf(found: readonly Shown[], { json }: StatusOptions, output: Output): readonly string[] {
  if (json === true) return [JSON.stringify(found)];
  return found.length === 0 ? [NONE] : tableOf(found, output);
}

async function withDisk(
  found: readonly Shown[],
  { funkos }: FunkoHost,
  { disk }: StatusOptions,
  { signal }: CliSession,
): Promise<readonly Shown[]> {
  if (disk !== true || found.length === 0) return found;
  const use = await funkos.disk(signal);
  return found.map((one) => ({ ...one, disk: use.funkos.find(({ name }) => name === one.name) ?? null }));
}

function print(found: readonly Shown[], options: StatusOptions, output: Output): void {
  if (options.json === true) {
    output.json(found, 2);
    return;
  }
  if (found.length === 0) output.note(NONE);
  else for (const line of tableOf(found, output)) output.result(line);
}

function tableOf(found: readonly Shown[], output: Output): string[] {
  const paint = (state: string, text: string): string => output.resultStyle(styleOf(state), text);
  return statusLines(found, { now: new Date(), paint, width: output.width });
}

function styleOf(state: string): Style {
  if (GOOD.has(state)) return 'green';
  return BAD.has(state) ? 'red' : 'yellow';
}

/** The table above is what the server last knew; its reader should know how old that is. */
async function warnIfStale({ server }: FunkoHost, { signal }: CliSession, output: Output): Promise<void> {
  if (server === null) return;
  const { staleReason: whyStale } = await import('../connect/readyz.ts');
  const reason = await whyStale(server, signal);
  if (reason !== undefined) output.warn(`the server is not in step with its engine: ${printable(reason)}`);
}
