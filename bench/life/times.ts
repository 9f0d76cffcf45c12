/** From a command to the first answer of what it starts: `faaso up` of a new version beside `docker run` of its image. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServerFunkos } from '../../src/client/server-funkos.ts';
import { docker } from '../../test/support/engine/docker-cli.ts';
import { newHome, type Home } from '../../test/support/cli/faaso.ts';
import { removeFunko } from '../../test/support/life/remove-funko.ts';
import { versionOf } from '../../test/support/life/versions.ts';
import type { ScenarioHarness } from '../../test/support/scenarios/scenario-harness.ts';

const FAASO = fileURLToPath(new URL('../../bin/faaso', import.meta.url));
const ASK_EVERY_MS = 1;
const GIVE_UP_MS = 30_000;

export class Times implements AsyncDisposable {
  readonly up: number[] = [];
  readonly #run: number[] = [];
  /** Of `faaso up`: what the server took from its first step to its word that it is ready. */
  readonly #command: number[] = [];
  readonly #world: ScenarioHarness;
  readonly #home: Home;
  readonly #name: string;
  readonly #funkos: ServerFunkos;
  #version = 1;

  private constructor(world: ScenarioHarness, home: Home, name: string) {
    this.#world = world;
    this.#home = home;
    this.#name = name;
    this.#funkos = new ServerFunkos({ url: world.url, token: world.token });
  }

  /** Brings the first version up. */
  static async prepare(world: ScenarioHarness): Promise<Times> {
    const home = await newHome({ FAASO_SERVER: world.url, FAASO_TOKEN: world.token });
    const times = new Times(world, home, world.name('times'));
    await times.#build();
    await times.#faaso('up', times.#name, '--steady', '0');
    return times;
  }

  get series(): readonly (readonly [string, readonly number[]])[] {
    return [
      ['`docker run` → first answer', this.#run],
      ['`faaso up` → first answer of the new version', this.up],
      ['`faaso version`: the command alone', this.#command],
    ];
  }

  /** Measures each once. */
  async next(): Promise<void> {
    this.#version += 1;
    await this.#build();
    this.#run.push(await this.#dockerRun());
    this.up.push(await this.#faasoUp());
    const since = performance.now();
    await this.#faaso('version');
    this.#command.push(performance.now() - since);
  }

  async #faasoUp(): Promise<number> {
    const since = performance.now();
    const up = this.#faaso('up', this.#name, '--steady', '0');
    const answered = await this.#firstAnswer(`${this.#world.url}/funko/${this.#name}/`);
    await up;
    return answered - since;
  }

  /** On the bridge, asked at its own address: nothing is published, which would take longer. */
  async #dockerRun(): Promise<number> {
    const { network, label } = this.#world;
    const name = `plain-${this.#name}`;
    const image = `faaso-${this.#name}:v${this.#version}`;
    const since = performance.now();
    const options = ['--network', network, '--label', label, '--env', `VERSION=v${this.#version}`];
    await docker('run', '--detach', '--name', name, ...options, image);
    const asked = performance.now();
    const address = await docker(
      'inspect',
      '--format',
      `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
      name,
    );
    // Nobody has to ask for the address in earnest.
    const asking = performance.now() - asked;
    const answered = await this.#firstAnswer(`http://${address}:3000/`);
    await docker('rm', '--force', name);
    return answered - since - asking;
  }

  async #firstAnswer(url: string): Promise<number> {
    const agent = new Agent({ keepAlive: true });
    const giveUpAt = performance.now() + GIVE_UP_MS;
    try {
      while (performance.now() < giveUpAt) {
        if ((await bodyOf(url, agent)) === `v${this.#version}`) return performance.now();
        await sleep(ASK_EVERY_MS);
      }
    } finally {
      agent.destroy();
    }
    throw new Error(`${url} gave no answer of v${this.#version} within ${GIVE_UP_MS} ms`);
  }

  async #build(): Promise<void> {
    const options = { drain: 1, labels: [this.#world.label] };
    await this.#funkos.build(await versionOf(this.#name, `v${this.#version}`, options), () => undefined);
  }

  async #faaso(...words: string[]): Promise<void> {
    const { environment, folder } = this.#home;
    const env = { PATH: process.env['PATH'], HOME: folder, ...environment };
    const child = spawn(FAASO, words, { env, stdio: ['ignore', 'ignore', 'ignore'] });
    const [status] = (await once(child, 'close')) as [number | null];
    if (status !== 0) throw new Error(`faaso ${words.join(' ')} ended with ${status}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeFunko(this.#name)[Symbol.asyncDispose]();
    await this.#home[Symbol.asyncDispose]();
  }
}

/** Empty if there is no answer. */
async function bodyOf(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve(body)).once('error', () => resolve(''));
    }).once('error', () => resolve(''));
  });
}
