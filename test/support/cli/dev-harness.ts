/** `faaso dev` as a person sees it, on a funko of a test's own; whatever it leaves behind is removed and told. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { docker, dockerQuietly } from '../engine/docker-cli.ts';
import { RUN } from '../engine/proxy-under-test.ts';
import { DEADLINE_MS, poll } from '../engine/wait.ts';
import { newHome, type Child, type Home } from './faaso.ts';

export class Dev implements AsyncDisposable {
  readonly home: Home;
  readonly name: string;
  readonly child: Child;
  /** What it said so far. */
  stdout = '';
  stderr = '';
  /** The exit status, or the signal that ended it. */
  readonly status: Promise<number | string>;

  constructor(home: Home, name: string) {
    this.home = home;
    this.name = name;
    this.child = home.start(['dev', name]);
    this.child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.status = once(this.child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  }

  /** Where it says that the funko answers. */
  async url(): Promise<string> {
    const found = await this.says(/(http:\/\/127\.0\.0\.1:\d+\/)/);
    return found[1] ?? '';
  }

  /** Waits until stderr has a text, from some place on. */
  async says(what: RegExp, from = 0): Promise<RegExpExecArray> {
    const look = async (): Promise<RegExpExecArray | null> =>
      Promise.resolve(what.exec(this.stderr.slice(from)));
    const found = await poll(
      `${String(what)} in\n${this.stderr}`,
      look,
      (match) => match !== null,
      2 * DEADLINE_MS,
    );
    return found ?? assert.fail();
  }

  /** Does something, and waits until stderr has a text after it. */
  async then(work: () => Promise<unknown>, what: RegExp): Promise<string> {
    const from = this.stderr.length;
    await work();
    await this.says(what, from);
    return this.stderr.slice(from);
  }

  /** What the funko answers: status and body. */
  async ask(path = ''): Promise<[number, string]> {
    const answer = await fetch((await this.url()) + path, { headers: { connection: 'close' } });
    return [answer.status, await answer.text()];
  }

  /** What there is of it on the engine. */
  async left(): Promise<string[]> {
    return leftOf(this.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.status;
    await sweep(this.name);
  }
}

/** A funko's name that no other test has. */
export function devName(word: string): string {
  return `${word}-${RUN}-${randomBytes(2).toString('hex')}`;
}

/** A home in which a funko of a runtime was just made. */
export async function homeWith(name: string, runtime: string): Promise<Home> {
  const home = await newHome({ FAASO_NETWORK: `none-${RUN}` });
  assert.equal((await home.faaso(['new', name, '-r', runtime])).status, 0);
  return home;
}

async function leftOf(name: string): Promise<string[]> {
  const filter = ['--filter', `label=faaso.dev=${name}`];
  const lists = await Promise.all([
    docker('ps', '--all', '--format', 'container {{.ID}}', ...filter),
    docker('image', 'ls', '--format', 'image {{.ID}}', ...filter),
    docker('volume', 'ls', '--format', 'volume {{.Name}}', ...filter),
  ]);
  return lists.flatMap((text) => text.split('\n')).filter((line) => line !== '');
}

const REMOVAL = {
  container: ['rm', '--force'],
  image: ['image', 'rm', '--force'],
  volume: ['volume', 'rm'],
} as const;

async function sweep(name: string): Promise<void> {
  for (const thing of await leftOf(name)) {
    const [kind, id = ''] = thing.split(' ');
    await dockerQuietly(...REMOVAL[kind as keyof typeof REMOVAL], id);
  }
}
