/**
 * Where the proxies are measured: a network of its own, the upstreams and the load generator on it. Everything carries
 * one label and goes away with the site, also where a run is interrupted.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { docker } from './docker.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The proxies' core, that of upstreams and load generator, and what a proxy on two cores gets. */
const CORES = {
  proxy: '0',
  rest: availableParallelism() > 2 ? '1-2' : '1',
  two: availableParallelism() > 3 ? '0,3' : '0-1',
};

const READY_WITHIN_MS = 30_000;

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
    await docker('build', '--quiet', '--tag', tag, '--label', this.label, ...words);
  }

  /** Starts a container of the tools' image on these cores. */
  async run(
    name: string,
    cores: string,
    flags: readonly string[],
    command: readonly string[],
  ): Promise<void> {
    const place = ['--network', this.network, '--cpuset-cpus', cores];
    await docker(
      ...['run', '--detach', '--init', '--name', name, '--label', this.label, ...place, ...flags],
      ...[this.tools, ...command],
    );
  }

  /** Runs a command beside the load generator; gives what it printed. */
  load(...command: readonly string[]): Promise<string> {
    return docker('exec', this.#load, ...command);
  }

  /** Until GET `url` is answered with 200, asked from where the load generator is. */
  async answers(url: string, container: string): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const status = await this.load(
        'curl',
        '--silent',
        '--output',
        '/dev/null',
        '--write-out',
        '%{http_code}',
        url,
      ).catch(() => 'no answer');
      if (status === '200') return;
      if (performance.now() > giveUpAt) {
        throw new Error(`${url}: ${status}. The log:\n${await docker('logs', '--tail', '20', container)}`);
      }
      await sleep(50);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const filter = ['--filter', `label=${this.label}`];
    const containers = await docker('ps', '--all', '--quiet', ...filter);
    if (containers !== '') await docker('rm', '--force', '--volumes', ...containers.split('\n'));
    const volumes = await docker('volume', 'ls', '--quiet', ...filter);
    if (volumes !== '') await docker('volume', 'rm', '--force', ...volumes.split('\n'));
    const networks = await docker('network', 'ls', '--quiet', ...filter);
    if (networks !== '') await docker('network', 'rm', ...networks.split('\n'));
    for (const image of this.#images) await docker('image', 'rm', '--force', image).catch(() => undefined);
  }
}
