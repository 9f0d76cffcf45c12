/** `faaso open NAME`: shows a funko in the browser. */
import { spawn } from 'node:child_process';
import { platform } from 'node:process';
import type { Command } from 'commander';
import { FaasoError } from '../../errors.ts';
import { connect } from '../connect/connect.ts';
import { Output } from '../output/output.ts';
import type { CliSession } from '../session.ts';
import { targetOf } from '../folders/funko-targets.ts';
import {
  withExamples,
  withLocal,
  withQuiet,
  type LocalOption,
  type OutputOptions,
} from '../options/shared-options.ts';

interface OpenOptions extends LocalOption, OutputOptions {
  readonly print?: boolean;
}

/** In ms: a browser that is started by it may keep it running. */
const TAKEN_AFTER_MS = 3000;
/** What opens a URL, on each system. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

export function addOpen(program: Command, session: CliSession): void {
  const command = program
    .command('open')
    .summary('open a funko in the browser')
    .description(
      'Opens the URL of a funko in the browser, and prints it. Without a browser it is only printed.',
    )
    .argument('[funko]', 'a name, or a folder with a funko.yml (default: this folder)')
    .option('--print', 'only print the URL')
    .action((word: string | undefined, options: OpenOptions) => open(word ?? '.', options, session));
  withQuiet(withLocal(command));
  withExamples(command, 'faaso open demo', 'faaso open demo --print');
}

async function open(word: string, options: OpenOptions, session: CliSession): Promise<void> {
  const output = new Output(session, options);
  const { name } = await targetOf(word, session.folder);
  const host = await connect(session, options);
  const { state, url: published } = await host.funkos.show(name, session.signal);
  const [url] = host.urlsOf(name, published);
  if (url === undefined)
    throw new FaasoError(
      'not_ready',
      `${name} has no URL: it is ${state}. Put it into service: faaso up -l ${name}`,
    );
  if (state !== 'ready') output.warn(`${name} is ${state}; see: faaso status ${name}`);
  output.result(url);
  if (host.remote) {
    output.note(host.remote.reach(url));
    return;
  }
  if (options.print === true || (await opened(url, session))) return;
  output.note('No browser was found here: open the URL yourself.');
}

/** Whether there was a program that took it. */
async function opened(url: string, { environment }: CliSession): Promise<boolean> {
  const [program, ...words] = OPENERS[platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true, env: { ...environment } });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.once('error', () => resolve(false)).once('exit', (status) => resolve(status === 0));
  const taken = setTimeout(() => resolve(true), TAKEN_AFTER_MS);
  return promise.finally(() => {
    clearTimeout(taken);
    child.unref();
  });
}
