/**
 * A proxy of a test's own on the real engine: the image and the Compose file that people run, with a name, a network and
 * a port that nobody else has. `await using stand = await startStand()`; everything goes away with it.
 */
import { randomBytes } from 'node:crypto';
import { afterEach } from 'node:test';
import { docker, dockerQuietly } from './docker-cli.ts';
import { freePort } from './free-port.ts';
import { compose, imageOfTests, RUN } from './proxy-under-test.ts';
import { deadline, poll } from './wait.ts';

/** What a hand-made container is made from. */
export interface RunOptions {
  /** The container's name; leave it out for one that is no funko. */
  readonly name?: string;
  readonly image?: string;
  /** Of `docker run`, before the image: `['--network-alias', 'faaso-x']`. The stand's network is there already. */
  readonly flags?: readonly string[];
  /** What comes after the image. */
  readonly command?: readonly string[];
  /** The network; the stand's own if left out, `none` for none. */
  readonly network?: string;
}

/** A running proxy and its surroundings. */
export class ProxyHarness implements AsyncDisposable {
  readonly #id: string;
  readonly #names: string[] = [];
  /** Where the proxy answers, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The admin token. */
  token = '';
  readonly network: string;
  /** The proxy's container. */
  readonly proxyName: string;

  constructor(id: string, port: number) {
    this.#id = id;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.network = `${id}-net`;
    this.proxyName = `${id}-proxy`;
  }

  /** A funko's name that no other test has: `hello` → `hello-t1f00ba42-9c3e`. Its images go away with the stand. */
  name(word: string): string {
    const name = `${word}-${RUN}-${randomBytes(2).toString('hex')}`;
    this.#names.push(name);
    return name;
  }

  /** Asks the proxy: `stand.fetch('/funko/x/')`. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + path, { signal: deadline(), ...init });
  }

  /** Asks the admin API, with the token. */
  admin(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.token}`);
    return this.fetch(`/admin${path}`, { ...init, headers });
  }

  /** Asks until `wanted` holds, and gives that answer; fails with the last one after 30 s. */
  until(
    path: string,
    wanted: (status: number, body: string) => boolean,
  ): Promise<{ status: number; body: string }> {
    const ask = async (): Promise<{ status: number; body: string }> => {
      const answer = await this.fetch(path, { redirect: 'manual' });
      return { status: answer.status, body: await answer.text() };
    };
    return poll(`GET ${path}`, ask, ({ status, body }) => wanted(status, body));
  }

  /** `docker run -d` by hand. Gives the container's id. */
  run({
    name,
    image = 'node:24-slim',
    flags = [],
    command = [],
    network = this.network,
  }: RunOptions): Promise<string> {
    const named = name === undefined ? [] : ['--name', name];
    const labels = ['--label', `faaso.test=${RUN}`, '--label', `faaso.test.stand=${this.#id}`];
    return docker('run', '--detach', '--network', network, ...labels, ...named, ...flags, image, ...command);
  }

  /**
   * A container whose HTTP server on port 3000 does `body` with `request` and `response`. It stops at once on SIGTERM.
   * @param name the container's name, `faaso-X` for a funko
   */
  serve(name: string, body: string, options: Omit<RunOptions, 'name' | 'command'> = {}): Promise<string> {
    const script = `process.on('SIGTERM', () => process.exit());
      require('node:http').createServer((request, response) => { ${body} }).listen(3000);`;
    return this.run({ ...options, name, command: ['node', '-e', script] });
  }

  /** `docker ARGUMENTS…`; gives what it printed. */
  docker(...words: string[]): Promise<string> {
    return docker(...words);
  }

  /** The proxy's log so far, both streams. */
  logs(): Promise<string> {
    return docker('logs', '--tail', '200', this.proxyName);
  }

  /** Until /readyz says that the table is in step with the engine. */
  async ready(): Promise<void> {
    await this.until('/readyz', (status) => status === 200);
  }

  /** Starts the containers and waits until the proxy is in step. */
  async up(environment: Readonly<Record<string, string>>, overlays: readonly string[]): Promise<void> {
    const own = {
      FAASO_IMAGE: await imageOfTests(),
      FAASO_NAME: this.proxyName,
      FAASO_NETWORK: this.network,
      FAASO_PORT: `127.0.0.1:${this.port}`,
    };
    await compose(this.#id, { FAASO_BUILD_CACHE_MIB: CACHE_MIB, ...environment, ...own }, overlays);
    await this.ready();
    this.token = await docker('exec', this.proxyName, 'cat', '/data/token');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    stands.delete(this);
    // The proxy first: a running one would fix what is taken away, such as the tag `latest` of a funko's newest version.
    await removed(await this.#containers(`label=com.docker.compose.project=${this.#id}`));
    const [onNetwork, made, images] = await Promise.all([
      this.#containers(`network=${this.network}`),
      this.#containers(`label=faaso.test.stand=${this.#id}`),
      Promise.all(this.#names.map((name) => this.#imagesOf(name))),
    ]);
    await removed([...new Set([...onNetwork, ...made])]);
    await dockerQuietly('network', 'rm', this.network);
    await dockerQuietly('volume', 'rm', '--force', `${this.#id}_data`);
    const tags = words(...images);
    if (tags.length > 0) await dockerQuietly('image', 'rm', '--force', ...tags);
  }

  async #containers(filter: string): Promise<string[]> {
    return words(await docker('ps', '--all', '--quiet', '--no-trunc', '--filter', filter));
  }

  #imagesOf(funko: string): Promise<string> {
    return docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `faaso-${funko}`);
  }
}

async function removed(containers: readonly string[]): Promise<void> {
  if (containers.length > 0) await dockerQuietly('rm', '--force', '--volumes', ...containers);
}

/** The stands of this file that run now. */
const stands = new Set<ProxyHarness>();
/** Tests run side by side: a proxy that cut the build cache would take layers from another test. */
const CACHE_MIB = '65536';

// Not where a stand serves a script that is no test.
if (process.env['NODE_TEST_CONTEXT'] !== undefined) {
  afterEach(async (context) => {
    if (!('passed' in context) || context.passed) return;
    for (const stand of stands) console.error(`--- log of ${stand.proxyName}\n${await stand.logs()}\n---`);
  });
}

/**
 * Starts a proxy for this test file. Share it among the file's tests: starting takes a second or two.
 * @param environment settings of the proxy (`FAASO_…`) that differ from the defaults
 * @param prepare what is to be done before the proxy starts
 * @param overlays Compose files that are laid over the proxy's own
 */
export async function startProxyHarness(
  environment: Readonly<Record<string, string>> = {},
  prepare?: (stand: ProxyHarness) => Promise<void>,
  overlays: readonly string[] = [],
): Promise<ProxyHarness> {
  const stand = new ProxyHarness(`test-${RUN}-${randomBytes(2).toString('hex')}`, await freePort());
  stands.add(stand);
  try {
    await prepare?.(stand);
    await stand.up({ FAASO_WORKERS: '2', ...environment }, overlays);
    return stand;
  } catch (error) {
    const log = await stand.logs().catch(String);
    await stand[Symbol.asyncDispose]();
    throw new Error(`The stand did not come up. The proxy's log:\n${log}`, { cause: error });
  }
}

function words(...texts: string[]): string[] {
  return texts.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '');
}
