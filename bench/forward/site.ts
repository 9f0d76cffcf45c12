/**
 * Where the proxies are measured: a network of its own, the upstreams and the load generator on it. Everything carries
 * one label and goes away with the site, also where a run is interrupted.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { docker, dockerWith } from './docker.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The proxies' core, that of upstreams and load generator, and what a proxy on two cores gets. */
const CORES = {
  proxy: '0',
  rest: availableParallelism() > 2 ? '1-2' : '1',
  two: availableParallelism() > 3 ? '0,3' : '0-1',
};

const READY_WITHIN_MS = 60_000;
const BUILT_WITHIN_MS = 10 * 60_000;
const STARTED_WITHIN_MS = 60_000;
/** What a load generator may take beyond the time that it was told to take. */
const GRACE_SECONDS = 30;
/** The exit status of timeout(1). */
const TIMED_OUT = 124;

const UPSTREAM = `mkdir /files && head -c 1M /dev/zero >/files/1m && truncate -s 1G /files/1g
exec nginx -c /bench/config/upstream.conf`;

export class Site implements AsyncDisposable {
  readonly id = randomBytes(3).toString('hex');
  readonly network = `bench-${this.id}`;
  readonly label = `faaso.bench=${this.id}`;
  readonly tools = `faaso-bench-tools:${this.id}`;
  readonly cores = CORES;
  /** The upstreams are funkos of these names, to which FaaSO finds its way through the engine. */
  readonly plain = `bench-plain-${this.id}`;
  readonly echo = `bench-echo-${this.id}`;
  readonly #load = `bench-${this.id}-load`;
  readonly #images: string[] = [];
  /** When it aborts, what runs is ended, and nothing more is begun. */
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  async start(): Promise<void> {
    await this.build(this.tools, '--file', `${HERE}tools.Dockerfile`, HERE);
    await docker('network', 'create', '--label', this.label, this.network);
    const { rest } = this.cores;
    await this.run(`faaso-${this.plain}`, rest, ['--network-alias', 'upstream'], ['sh', '-c', UPSTREAM]);
    await this.run(`faaso-${this.echo}`, rest, ['--network-alias', 'echo'], ['node', '/bench/peers/echo.js']);
    await this.run(this.#load, rest, [], ['sleep', 'infinity']);
  }

  /** Builds an image that goes away with the site. The layers stay in the build cache: the next time is quick. */
  async build(tag: string, ...words: readonly string[]): Promise<void> {
    this.#images.push(tag);
    const limits = { signal: this.signal, timeout: BUILT_WITHIN_MS };
    await dockerWith(limits, 'build', '--quiet', '--tag', tag, '--label', this.label, ...words);
  }

  /** Starts a container of the tools' image on these cores. */
  async run(
    name: string,
    cores: string,
    flags: readonly string[],
    command: readonly string[],
  ): Promise<void> {
    const place = ['--network', this.network, '--cpuset-cpus', cores];
    await dockerWith(
      { signal: this.signal, timeout: STARTED_WITHIN_MS },
      ...['run', '--detach', '--init', '--name', name, '--label', this.label, ...place, ...flags],
      ...[this.tools, ...command],
    );
  }

  /** Runs a command that takes about so long on the load generator's cores; gives what it printed. */
  async load(seconds: number, ...command: readonly string[]): Promise<string> {
    const words = ['exec', this.#load, ...limited(seconds), ...command];
    try {
      return await dockerWith({ signal: this.signal }, ...words);
    } catch (error) {
      const { code, stderr } = error as { code?: unknown; stderr?: string };
      const name = command[0] ?? '';
      if (code === TIMED_OUT)
        throw new Error(`${name} was not done after ${seconds + GRACE_SECONDS} s`, { cause: error });
      throw new Error(`${name} failed: ${stderr?.trim() ?? String(error)}`, { cause: error });
    }
  }

  /** As `load`, for a command that one talks with. */
  loadBeside(seconds: number, ...command: readonly string[]): ChildProcessWithoutNullStreams {
    const words = ['exec', '--interactive', this.#load, ...limited(seconds), ...command];
    return spawn('docker', words, { signal: this.signal });
  }

  /** Until GET `url` is answered with this status, asked from where the load generator is. */
  async answers(url: string, container: string, wanted = 200): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const { status } = await this.ask(url);
      if (status === wanted) return;
      if (performance.now() > giveUpAt || this.signal.aborted) {
        const log = await docker('logs', '--tail', '20', container).catch(String);
        throw new Error(`${url} answered ${status} for ${READY_WITHIN_MS / 1000} s\nThe log:\n${log}`);
      }
      await sleep(50);
    }
  }

  /** Asks once, with curl and these words of its command line. Gives status 0 if nothing answers. */
  async ask(url: string, ...words: readonly string[]): Promise<{ status: number; bytes: number }> {
    const format = [
      '--write-out',
      '%{http_code} %{size_download}',
      '--output',
      '/dev/null',
      '--max-time',
      '10',
    ];
    const printed = await this.load(10, 'curl', '--silent', ...format, ...words, url).catch(() => '0 0');
    const [status = 0, bytes = 0] = printed.split(' ').map(Number);
    return { status, bytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Twice: what an interrupted command had asked the engine for can appear while the rest goes.
    for (let pass = 0; pass < 2; pass += 1) await this.#removeAll();
    for (const image of this.#images) await docker('image', 'rm', '--force', image).catch(() => undefined);
  }

  async #removeAll(): Promise<void> {
    const filter = ['--filter', `label=${this.label}`];
    const containers = await docker('ps', '--all', '--quiet', ...filter);
    if (containers !== '') await docker('rm', '--force', '--volumes', ...containers.split('\n'));
    const volumes = await docker('volume', 'ls', '--quiet', ...filter);
    if (volumes !== '') await docker('volume', 'rm', '--force', ...volumes.split('\n'));
    const networks = await docker('network', 'ls', '--quiet', ...filter);
    if (networks !== '') await docker('network', 'rm', ...networks.split('\n'));
  }
}

/** `docker exec` does not end what it started when it is ended itself; this does. */
function limited(seconds: number): string[] {
  return ['timeout', '--kill-after', '2', String(seconds + GRACE_SECONDS)];
}
