/** A network of a test file's own on the real engine, with funkos on it; everything goes when it is disposed of. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Engine } from '../../../src/docker/engine/engine.ts';
import type { ContainerKeys } from '../../../src/funko/container-rules.ts';
import type { ProcessKeys } from '../../../src/funko/processes.ts';
import type { TrafficKeys } from '../../../src/funko/traffic-rules.ts';
import { FUNKO_PORT } from '../../../src/funko/naming/names.ts';
import type { BuildPolicy } from '../../../src/lifecycle/builds/build-operations.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { BuildRequest, BuildResult, BuildingEvent, FunkoApi } from '../../../src/api/funko-api.ts';
import { docker, dockerQuietly } from '../engine/docker-cli.ts';
import { RUN } from '../engine/proxy-under-test.ts';
import { tarOf } from '../admin/tar.ts';
import { BridgeTraffic } from './bridge-traffic.ts';

/** What the containers of a version do. */
export interface Program {
  /** What its server answers with; with `crash` it ends at once instead. */
  readonly answer?: string;
  readonly crash?: boolean;
  /** Where it listens; 3000 if absent. */
  readonly port?: number;
  /** Never listens. */
  readonly silent?: boolean;
  /** Ends so long after it was asked for the first time, which is how it gets ready. */
  readonly crashAfterMs?: number;
  /** The status of all its answers; 200 if absent. */
  readonly status?: number;
  /** Written when it begins; then it also writes `asked` at each request. */
  readonly says?: string;
  /** More of its funko.yml. */
  readonly settings?: ContainerKeys & ProcessKeys & TrafficKeys;
  /** `scale` of its funko.yml. */
  readonly scale?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** More lines of the Dockerfile. */
  readonly lines?: readonly string[];
  /** More files of the build context. */
  readonly files?: Readonly<Record<string, Buffer>>;
}

export class LifecycleHarness implements AsyncDisposable {
  readonly engine: Engine;
  readonly network: string;
  readonly traffic: BridgeTraffic;
  readonly funkos: FunkoApi;
  readonly #names: string[] = [];

  constructor(
    builds: Partial<BuildPolicy> = {},
    engine = new Engine({ socketPath: '/var/run/docker.sock' }),
  ) {
    this.engine = engine;
    this.network = `test-${RUN}-${randomBytes(2).toString('hex')}-net`;
    this.traffic = new BridgeTraffic(this.engine, this.network);
    const { network, traffic } = this;
    this.funkos = new EngineFunkos({ engine, network, traffic, kind: 'server', builds });
  }

  static async open(builds?: Partial<BuildPolicy>, engine?: Engine): Promise<LifecycleHarness> {
    const place = new LifecycleHarness(builds, engine);
    await docker('network', 'create', '--label', `faaso.test=${RUN}`, place.network);
    return place;
  }

  /** A funko's name that no other test has. */
  name(word: string): string {
    const name = `${word}-${RUN}-${randomBytes(2).toString('hex')}`;
    this.#names.push(name);
    return name;
  }

  /** Builds the next version. */
  async build(
    name: string,
    program: Program,
    onEvent: (event: BuildingEvent) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<BuildResult> {
    return this.funkos.build(await contextOf(name, program), onEvent, signal);
  }

  /** A container made by hand on the network, whose server answers with its name. */
  async byHand(name: string, ...flags: string[]): Promise<string> {
    const code = codeOf({ answer: 'by hand' });
    const labels = ['--label', `faaso.test=${RUN}`];
    const what = ['--name', name, '--network', this.network, ...labels, ...flags];
    return docker('run', '--detach', ...what, 'node:24-slim', 'node', '-e', code);
  }

  /** What an instance answers on its address. */
  async ask(instance: string): Promise<string> {
    const template = `{{(index .NetworkSettings.Networks "${this.network}").IPAddress}}`;
    const address = await docker('inspect', '--format', template, instance);
    return (await fetch(`http://${address}:${FUNKO_PORT}/`)).text();
  }

  /** The names of all containers of a funko, sorted. */
  async containers(name: string): Promise<string[]> {
    return listed('ps', '--all', '--format', '{{.Names}}', '--filter', `name=^/faaso-${name}(\\.|$)`);
  }

  /** All tags of a funko, sorted. */
  async tags(name: string): Promise<string[]> {
    return listed('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `faaso-${name}`);
  }

  /** The IDs of images that have a funko's label, with or without a tag. */
  async images(name: string): Promise<string[]> {
    return imagesOf(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const onNetwork = await listed('ps', '--all', '--quiet', '--filter', `network=${this.network}`);
    const named = (await Promise.all(this.#names.map((name) => this.containers(name)))).flat();
    if (onNetwork.length + named.length > 0) await dockerQuietly('rm', '--force', ...onNetwork, ...named);
    await dockerQuietly('network', 'rm', this.network);
    const images = (await Promise.all(this.#names.map((name) => this.images(name)))).flat();
    const volumes = await Promise.all(
      this.#names.map((name) => listed('volume', 'ls', '--quiet', '--filter', `label=faaso.funko=${name}`)),
    );
    if (volumes.flat().length > 0) await dockerQuietly('volume', 'rm', ...volumes.flat());
    if (images.length > 0) await dockerQuietly('image', 'rm', '--force', ...images);
  }
}

/** The IDs of images that have a funko's label, with or without a tag. */
export async function imagesOf(name: string): Promise<string[]> {
  return listed('image', 'ls', '--all', '--quiet', '--filter', `label=faaso.funko=${name}`);
}

async function listed(...words: string[]): Promise<string[]> {
  const text = await docker(...words);
  return text === '' ? [] : [...new Set(text.split('\n'))].sort();
}

/** What `build` wants for a program. */
export async function contextOf(name: string, program: Program): Promise<BuildRequest> {
  const { env = {}, lines = [], files = {}, settings = {}, scale } = program;
  const command = JSON.stringify(['node', '-e', codeOf(program)]);
  const dockerfile = ['FROM node:24-slim', `LABEL faaso.test=${RUN}`, ...lines, `CMD ${command}`].join('\n');
  const tar = await tarOf({ 'funko.yml': `name: ${name}\n`, Dockerfile: dockerfile, ...files });
  return {
    manifest: {
      name,
      runtime: null,
      options: {},
      env,
      ...settings,
      ...(scale === undefined ? {} : { scale }),
    },
    health: '/ping',
    context: Readable.from([tar]),
  };
}

function codeOf(program: Program): string {
  const { answer = '', port = FUNKO_PORT, crash = false, silent = false, status = 200 } = program;
  const end = "console.error('boom: no database'); process.exit(3)";
  if (crash) return end;
  if (silent) return "process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1000)";
  const crashAfter = program.crashAfterMs;
  return `process.on('SIGTERM', () => process.exit());
    ${program.says === undefined ? '' : `console.log('${program.says}');`}
    require('node:http').createServer((request, response) => {
      ${program.says === undefined ? '' : "if (request.url === '/') console.log('asked');"}
      response.writeHead(${status});
      response.write('${answer} ' + (process.env.GREETING ?? ''));
      request.resume().on('end', () => response.end());
    })${crashAfter === undefined ? '' : `.once('request', () => setTimeout(() => { ${end} }, ${crashAfter}))`}.listen(${port})`;
}
