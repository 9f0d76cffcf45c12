/**
 * What happens to the instances while the clients ask. Two funkos: what befalls `steady` (deploys, scaling, containers by
 * hand that are stopped) must not be felt by anybody. `killed` has an instance that is killed without warning. Inevitable
 * is just this: a request to `killed` fails that was under way at some moment of a `docker kill`.
 */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunkoApi } from '../../src/api/funko-api.ts';
import { tarOf } from '../../test/support/admin/tar.ts';
import { RUN } from '../../test/support/engine/proxy-under-test.ts';
import type { ProxyHarness } from '../../test/support/engine/proxy-harness.ts';

const PROGRAM = readFileSync(new URL('funko.js', import.meta.url));
const DOCKERFILE = `FROM node:24-slim
LABEL faaso.test=${RUN}
COPY package.json funko.js ./
CMD ["node", "funko.js"]
`;
const INSTANCES = 2;

export class Changes {
  readonly steady: string;
  readonly killed: string;
  /** What was done → how often. */
  readonly done = new Map<string, number>();
  readonly #stand: ProxyHarness;
  readonly #funkos: FunkoApi;
  readonly #steadyMs: number;
  /** When `docker kill` was called, and when it was done; Infinity while it goes on. */
  readonly #kills: { from: number; to: number }[] = [];
  #versions = 0;

  /** @param steadyMs how long new instances are watched before old ones go */
  constructor(stand: ProxyHarness, funkos: FunkoApi, steadyMs: number) {
    this.#stand = stand;
    this.#funkos = funkos;
    this.#steadyMs = steadyMs;
    this.steady = stand.name('steady');
    this.killed = stand.name('killed');
  }

  /** Brings both funkos into service. */
  async begin(): Promise<void> {
    for (const name of [this.steady, this.killed]) {
      await this.#build(name);
      await this.#funkos.up({ name, steadyMs: 0 }, () => undefined);
      await this.#funkos.scale({ name, count: INSTANCES, steadyMs: 0 }, () => undefined);
    }
    await this.#byHand(this.killed);
  }

  /** Whether a failed request was of the inevitable kind. Times are performance.now()'s. */
  readonly isInevitable = (funko: string, from: number, to: number): boolean =>
    funko === this.killed && this.#kills.some((kill) => from <= kill.to && to >= kill.from);

  /** One change after another, each at least once, until the signal aborts; leaves all as in the beginning. */
  async run(pauseMs: number, signal: AbortSignal): Promise<void> {
    const all = { deploy: this.#deploy, scale: this.#scale, stop: this.#stop, kill: this.#kill };
    for (let round = 1; ; round += 1) {
      for (const [what, change] of Object.entries(all)) {
        if (signal.aborted && round > 1) return;
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
        await change();
        this.done.set(what, round);
      }
    }
  }

  readonly #deploy = async (): Promise<void> => {
    await this.#build(this.steady);
    await this.#funkos.up({ name: this.steady, steadyMs: this.#steadyMs }, () => undefined);
  };

  readonly #scale = async (): Promise<void> => {
    const scale = { name: this.steady, steadyMs: this.#steadyMs };
    await this.#funkos.scale({ ...scale, count: INSTANCES + 1 }, () => undefined);
    await this.#funkos.scale({ ...scale, count: INSTANCES }, () => undefined);
  };

  /** A container by hand comes, serves, and is stopped. */
  readonly #stop = async (): Promise<void> => {
    const container = await this.#byHand(this.steady);
    await sleep(1000);
    await this.#stand.docker('stop', container);
    await this.#stand.docker('rm', container);
  };

  readonly #kill = async (): Promise<void> => {
    const kill = { from: performance.now(), to: Infinity };
    this.#kills.push(kill);
    await this.#stand.docker('kill', nameByHand(this.killed));
    kill.to = performance.now();
    await this.#stand.docker('start', nameByHand(this.killed));
    await this.#ready(this.killed);
  };

  async #build(name: string): Promise<void> {
    this.#versions += 1;
    const context = await tarOf({
      'funko.yml': `name: ${name}\n`,
      Dockerfile: DOCKERFILE,
      'package.json': JSON.stringify({ type: 'module', version: `${this.#versions}.0.0` }),
      'funko.js': PROGRAM,
    });
    const manifest = { name, runtime: null, options: {}, env: {} };
    await this.#funkos.build(
      { manifest, health: '/ping', context: Readable.from([context]) },
      () => undefined,
    );
  }

  async #byHand(funko: string): Promise<string> {
    const name = nameByHand(funko);
    const container = await this.#stand.run({ name, image: `faaso-${funko}` });
    await this.#ready(funko);
    return container;
  }

  /** Until the funko's container by hand takes traffic. */
  async #ready(funko: string): Promise<void> {
    for (;;) {
      const { instances } = await this.#funkos.show(funko);
      if (instances.some(({ name, state }) => name === nameByHand(funko) && state === 'ready')) return;
      await sleep(100);
    }
  }
}

function nameByHand(funko: string): string {
  return `faaso-${funko}.hand`;
}
