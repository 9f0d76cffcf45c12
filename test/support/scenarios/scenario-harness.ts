/**
 * One proxy of the test's own, run from the sources on this machine, on a network of its own, on a real engine; with
 * hand-made containers beside it. All of it goes when the world is disposed of.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../engine/free-port.ts';
import { RUN } from '../engine/proxy-under-test.ts';
import { Middleman } from './middleman.ts';

const run = promisify(execFile);
const MAIN = new URL('../../../src/proxy/parent/main.ts', import.meta.url).pathname;
const DEADLINE_MS = 60_000;

/** A server that answers at once with its host name, the path and what `answer` says; ends on SIGTERM. */
export const SERVER = `
const http = require('node:http');
process.once('SIGTERM', () => process.exit(0));
http.createServer((q, r) => r.end(process.env.ANSWER + ' ' + q.url)).listen(3000);
`;

export interface ScenarioOptions {
  /** With a middleman between the proxy and the engine. */
  readonly middleman?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** The network's subnet, so that a container can be given an address; the engine's choice if absent. */
  readonly subnet?: string;
  /** The engine's socket; this machine's own if absent. */
  readonly enginePath?: string;
}

export interface RunOptions {
  /** The container's name, `faaso-NAME` if absent. */
  readonly name?: string;
  /** What it answers with, NAME if absent. */
  readonly answer?: string;
  /** The network, the world's own if absent. */
  readonly network?: string;
  /** More arguments for `docker run`. */
  readonly args?: readonly string[];
  /** The JavaScript it runs. */
  readonly code?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

export class ScenarioHarness implements AsyncDisposable {
  readonly url: string;
  readonly network: string;
  readonly middleman: Middleman | undefined;
  readonly enginePath: string;
  /** What the proxy has written so far. */
  log = '';
  token = '';
  readonly #folder: string;
  readonly #id: string;
  readonly #port: number;
  readonly #env: Readonly<Record<string, string>>;
  #proxy: ChildProcess | undefined;

  private constructor(
    id: string,
    folder: string,
    port: number,
    options: ScenarioOptions,
    middleman?: Middleman,
  ) {
    this.#id = id;
    this.#folder = folder;
    this.#port = port;
    this.#env = options.env ?? {};
    this.network = `faaso-test-${id}`;
    this.url = `http://127.0.0.1:${port}`;
    this.middleman = middleman;
    this.enginePath = options.enginePath ?? '/var/run/docker.sock';
  }

  /** Starts the proxy and waits until it is in step. */
  static async start(options: ScenarioOptions = {}): Promise<ScenarioHarness> {
    const id = randomBytes(4).toString('hex');
    const folder = await mkdtemp(join(tmpdir(), `faaso-world-${id}-`));
    const enginePath = options.enginePath ?? '/var/run/docker.sock';
    const path = join(folder, 'engine.sock');
    const middleman = options.middleman ? await Middleman.start({ enginePath, path }) : undefined;
    const world = new ScenarioHarness(id, folder, await freePort(), options, middleman);
    try {
      const subnet = options.subnet === undefined ? [] : ['--subnet', options.subnet];
      await world.docker('network', 'create', '--label', testLabel(), ...subnet, world.network);
      world.startProxy();
      await world.inStep();
      world.token = (await readFile(join(folder, 'token'), 'utf8')).trim();
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
    return world;
  }

  /** The label by which this world's containers are found again. */
  get label(): string {
    return `faaso.world=${this.#id}`;
  }

  /** A name no other test uses: `name('hello')` → `hello-3fa9c1d2`. */
  name(word: string): string {
    return `${word}-${this.#id}`;
  }

  /** Runs the docker client against this world's engine; gives what it printed, trimmed. */
  async docker(...args: string[]): Promise<string> {
    const { stdout } = await run('docker', ['-H', `unix://${this.enginePath}`, ...args], {
      maxBuffer: 1 << 26,
    });
    return stdout.trim();
  }

  /** Starts a hand-made container for a funko; gives its ID. */
  async run(funko: string, options: RunOptions = {}): Promise<string> {
    const {
      name = `faaso-${funko}`,
      answer = funko,
      args = [],
      code = SERVER,
      network = this.network,
    } = options;
    return this.docker(
      ...['run', '-d', '--name', name, '--label', testLabel(), '--label', `faaso.world=${this.#id}`],
      ...['--network', network, '-e', `ANSWER=${answer}`, ...args],
      ...['node:24-slim', 'node', '-e', code],
    );
  }

  /** GET through the proxy; a request that takes over 20 s rejects. */
  async get(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      signal: AbortSignal.timeout(20_000),
      redirect: 'manual',
      ...init,
    });
    return { status: response.status, body: await response.text(), headers: response.headers };
  }

  /** The admin API's answer as JSON. */
  async admin(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}/admin/${path}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    return response.json();
  }

  /** Asks again and again until the answer is as wanted; rejects with the last answer after a minute. */
  async until(path: string, wanted: (answer: Answer) => boolean): Promise<Answer> {
    const giveUpAt = performance.now() + DEADLINE_MS;
    let last = 'none';
    while (performance.now() < giveUpAt) {
      try {
        const answer = await this.get(path);
        if (wanted(answer)) return answer;
        last = `${answer.status} ${answer.body}`;
      } catch (error) {
        last = String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(
      `${path} was not as wanted within ${DEADLINE_MS} ms; the last answer: ${last}\n${this.log}`,
    );
  }

  /** Until GET /funko/NAME/ answers with this status, and with this body's beginning if given. */
  async answers(funko: string, status: number, begins = ''): Promise<Answer> {
    return this.until(
      `/funko/${funko}/`,
      (answer) => answer.status === status && answer.body.startsWith(begins),
    );
  }

  async inStep(): Promise<void> {
    await this.until('/readyz', (answer) => answer.status === 200);
  }

  async stale(): Promise<Answer> {
    return this.until('/readyz', (answer) => answer.status === 503);
  }

  /** Starts the proxy process; at most one runs. */
  startProxy(): void {
    const env = {
      PATH: process.env['PATH'],
      FAASO_NETWORK: this.network,
      FAASO_LISTEN_PORT: String(this.#port),
      FAASO_ENGINE_SOCKET: this.middleman?.path ?? this.enginePath,
      FAASO_DATA: this.#folder,
      FAASO_ADMIN_SOCKET: join(this.#folder, 'admin.sock'),
      FAASO_LOG_LEVEL: 'warn',
      // The checkout may lie where only root can read it.
      FAASO_WORKER_ID: '0',
      ...this.#env,
    };
    const proxy = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [proxy.stdout, proxy.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    }
    this.#proxy = proxy;
  }

  /** The process IDs of the proxy's workers. */
  async workers(): Promise<number[]> {
    const parent = this.#proxy?.pid ?? 0;
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '');
    return children
      .split(' ')
      .filter((pid) => pid !== '')
      .map(Number);
  }

  /** Ends the proxy process and waits for its end. */
  async stopProxy(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const proxy = this.#proxy;
    this.#proxy = undefined;
    if (proxy?.exitCode !== null || proxy.signalCode !== null) return;
    const exited = once(proxy, 'exit');
    proxy.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopProxy('SIGKILL');
    const ids = await this.docker('ps', '-aq', '--filter', `label=faaso.world=${this.#id}`);
    if (ids !== '') await this.docker('rm', '-fv', ...ids.split('\n'));
    await this.docker('network', 'rm', this.network).catch(() => undefined);
    await this.middleman?.[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function testLabel(): string {
  return `faaso.test=${RUN}`;
}
