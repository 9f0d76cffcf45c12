/** The real binary, spawned: what a person would see. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Shared by all commands, so that each need not compile everything anew. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  /** Added to PATH and HOME; nothing else of this process's environment is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is typed or piped into it. */
  readonly input?: string;
  /** How wide the terminal is, where there is one. */
  readonly columns?: number;
}

/** A folder of its own for one test: home, config and working directory of the commands that it runs. */
export class Home implements AsyncDisposable {
  readonly folder: string;
  /** Passed to every command. */
  environment: Record<string, string> = {};

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Runs `faaso WORDS…` to its end. */
  async faaso(words: readonly string[], options: Options = {}): Promise<Outcome> {
    const child = this.start(words, options);
    child.stdin.end(options.input ?? '');
    return outcomeOf(child);
  }

  /** Starts `faaso WORDS…`. Its stdin stays open. */
  start(words: readonly string[], { environment = {} }: Options = {}): Child {
    return this.spawn(process.execPath, ['--', main, ...words], environment);
  }

  /**
   * Runs `faaso WORDS…` behind `limits` of the shell as a user for whom modes and owners count: root without the right to pass
   * over them, who can still read a checkout that only root may enter.
   */
  async faasoUnprivileged(words: readonly string[], limits = ':'): Promise<Outcome> {
    const line = `${limits}; exec setpriv --bounding-set=-dac_override,-dac_read_search,-fowner --inh-caps=-all "$@"`;
    const cache = { XDG_CACHE_HOME: this.folder };
    const child = this.spawn('sh', ['-c', line, 'sh', process.execPath, main, ...words], cache);
    child.stdin.end();
    return outcomeOf(child);
  }

  /** Runs `faaso WORDS…` on a terminal; stdout and stderr come as one text, on stdout. */
  startOnTerminal(words: readonly string[], { environment = {}, columns = 80 }: Options = {}): Child {
    const command = [process.execPath, main, ...words].map((word) => `'${word}'`).join(' ');
    const line = `stty cols ${columns}; exec ${command}`;
    return this.spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      TERM: 'xterm',
      ...environment,
    });
  }

  /** A path in the home folder. */
  path(...steps: readonly string[]): string {
    return join(this.folder, ...steps);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  private spawn(command: string, words: readonly string[], environment: Record<string, string>): Child {
    const env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      XDG_CACHE_HOME: cache,
      ...this.environment,
      ...environment,
    };
    return spawn(command, words, { cwd: this.folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
  }
}

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** A fresh home: `await using home = await newHome()`. */
export async function newHome(environment: Record<string, string> = {}): Promise<Home> {
  const home = new Home(await mkdtemp(join(tmpdir(), 'faaso-cli-')));
  home.environment = environment;
  return home;
}

/** What a started command did in the end. */
export async function outcomeOf(child: Child): Promise<Outcome> {
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { status, stdout, stderr };
}

/** Types the keys as soon as the question stands on the terminal; gives all that was shown. */
export async function answering(child: Child, question: RegExp, keys: string): Promise<Outcome> {
  const ended = outcomeOf(child);
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const before = question.test(shown);
    shown += chunk.toString();
    if (!before && question.test(shown)) child.stdin.write(keys);
  });
  const outcome = await ended;
  child.stdin.destroy();
  return outcome;
}

/** A funko's folder in a home, with a Dockerfile of its own. */
export async function writeFunko(home: Home, folder: string, manifest = `name: ${folder}\n`): Promise<void> {
  await mkdir(home.path(folder));
  await writeFile(home.path(folder, 'funko.yml'), manifest);
  await writeFile(home.path(folder, 'Dockerfile'), 'FROM debian:trixie-slim\n');
}
