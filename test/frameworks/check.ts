/**
 * What each project must pass, in the order in which its owner would do it: deployed from the generator's folder with no
 * funko.yml, seen in a browser by name and by path, changed, deployed again under load, rolled back, stopped.
 */
import assert from 'node:assert/strict';
import { access, appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { FunkoStatus } from '../../src/api/funko-api.ts';
import type { Home, Outcome } from '../support/cli/faaso.ts';
import { docker } from '../support/engine/docker-cli.ts';
import type { ProxyHarness } from '../support/engine/proxy-harness.ts';
import { ask, asking } from './asking.ts';
import { visit } from './browser.ts';
import { buildAfterChange, type Project } from './project.ts';

/** So that a funko's name has room for what makes it unique. */
const MOST_CHARACTERS = 20;

/** What was seen of a project; a row of docs/frameworks.md. */
export interface Seen {
  readonly title: string;
  readonly madeBy: string;
  /** Of funko.yml: those that FaaSO wrote, and those that the docs say. */
  readonly lines: number;
  readonly imageBytes: number;
  /** From the folder that nobody has built to the image, in seconds; what base images and tools were cached stays cached. */
  readonly coldSeconds: number;
  /** `faaso build` after one changed line, as a whole, in seconds: the median of three. */
  readonly warmSeconds: number;
  /** From the container's start to the first answer, in seconds. */
  readonly startSeconds: number;
  readonly memoryMib: number;
  /** Under /funko/NAME/ the page works with all that it loads; if not, its links lead out of the path. */
  readonly worksByPath: boolean;
}

export interface Surroundings {
  readonly stand: ProxyHarness;
  readonly home: Home;
  readonly browser: Browser;
}

/** Takes a project through its life; throws with what was not as it must be. Gives what was seen. */
export async function check(project: Project, surroundings: Surroundings): Promise<Seen> {
  const { stand, home } = surroundings;
  const name = stand.name(wordOf(project.title));
  const folder = home.path(name);
  await made(project, folder, name);
  const life = new Life(project, surroundings, name);
  await life.prepare();
  const deployed = await life.faaso('deploy', `./${name}`, '--yes');
  const worksByPath = await life.look(project.page.text);
  const [instance] = await life.instances();
  const memoryMib = await memoryOf(instance);
  const warmSeconds = await buildAfterChange(project, folder, () => life.faaso('build', `./${name}`));
  // Not while it is built: builds are last in line for the processor, and the project's own build has no such company.
  const load = asking(life.byPath(project.page.path));
  await life.faaso('up', name);
  await life.look(project.change.text);
  await life.faaso('rollback', name);
  await life.look(project.page.text);
  assert.deepEqual(await load.stop(), [], 'requests failed while versions changed');
  await life.stop();
  return {
    title: project.title,
    madeBy: project.madeBy,
    lines: await linesOf(join(folder, 'funko.yml')),
    imageBytes: Number(await docker('image', 'inspect', '--format', '{{.Size}}', `faaso-${name}:v1`)),
    coldSeconds: secondsIn(deployed.stderr, /^Built .* in /),
    warmSeconds,
    startSeconds: secondsIn(deployed.stderr, /ready +faaso-\S+ after /),
    memoryMib,
    worksByPath,
  };
}

/** A title as a part of a name: `Next.js (next start)` → `next-js-next-start`. */
export function wordOf(title: string): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, MOST_CHARACTERS).replace(/-$/, '');
}

class Life {
  readonly #project: Project;
  readonly #around: Surroundings;
  readonly #name: string;

  constructor(project: Project, around: Surroundings, name: string) {
    this.#project = project;
    this.#around = around;
    this.#name = name;
  }

  byName(path: string): string {
    return `http://${this.#name}.localhost:${this.#around.stand.port}${path}`;
  }

  byPath(path: string): string {
    return `http://localhost:${this.#around.stand.port}/funko/${this.#name}${path}`;
  }

  /** What the docs tell a user to do before the first deploy. */
  async prepare(): Promise<void> {
    const { settings = [], before = [] } = this.#project;
    if (settings.length > 0) {
      await this.faaso('init', `./${this.#name}`, '--yes');
      await appendFile(this.#around.home.path(this.#name, 'funko.yml'), `${settings.join('\n')}\n`);
    }
    for (const { words, input } of before) {
      const named = words.map((word) => (word === 'NAME' ? this.#name : word));
      succeeded(await this.#around.home.faaso(named, input === undefined ? {} : { input }), named);
    }
  }

  async faaso(...words: string[]): Promise<Outcome> {
    return succeeded(await this.#around.home.faaso(words), words);
  }

  async instances(): Promise<string[]> {
    const { stdout } = await this.faaso('status', this.#name, '--json');
    const [status] = JSON.parse(stdout) as FunkoStatus[];
    return (status?.instances ?? []).map(({ name }) => name);
  }

  /** Sees the page and an asset by name and by path. Gives whether all that the page loads comes by path too. */
  async look(text: string): Promise<boolean> {
    const { browser } = this.#around;
    const { page, asset } = this.#project;
    const named = await visit(browser, this.byName(page.path), text);
    assert.deepEqual({ ...named, loaded: [] }, { status: 200, shown: true, loaded: [], failures: [] });
    const byPath = await visit(browser, this.byPath(page.path), text, 5000);
    assert.equal(byPath.status, 200, 'the page by path');
    if (asset !== undefined) await this.#sameAsset(asset, named.loaded);
    return byPath.shown && byPath.failures.length === 0;
  }

  async #sameAsset(asset: RegExp | string, loaded: readonly string[]): Promise<void> {
    const path = typeof asset === 'string' ? asset : loaded.find((one) => asset.test(one));
    assert.ok(
      path !== undefined,
      `the page loaded nothing that matches ${String(asset)}, but ${loaded.join(' ')}`,
    );
    const [one, other] = await Promise.all([bodyOf(this.byName(path)), bodyOf(this.byPath(path))]);
    assert.ok(one.length > 0, `${path} is empty`);
    assert.ok(one.equals(other), `${path} is another one by path`);
  }

  /** Its program ends by itself when it is told to, and `remove` leaves nothing. */
  async stop(): Promise<void> {
    const [instance = ''] = await this.instances();
    await docker('stop', '--time', '10', instance);
    assert.notEqual(
      await docker('inspect', '--format', '{{.State.ExitCode}}', instance),
      '137',
      'it was killed',
    );
    await this.faaso('down', this.#name);
  }
}

/** Makes the project. Names in package.json are the same for all that a generator makes: it gets the folder's. */
async function made(project: Project, folder: string, name: string): Promise<void> {
  await project.make(folder);
  const file = join(folder, 'package.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) await writeFile(file, text.replace(/^( *"name": *)"[^"]*"/m, `$1"${name}"`));
  await assert.rejects(access(join(folder, 'funko.yml')), 'the generator wrote a funko.yml');
}

function succeeded(outcome: Outcome, words: readonly string[]): Outcome {
  assert.equal(outcome.status, 0, `faaso ${words.join(' ')}:\n${outcome.stderr}`);
  return outcome;
}

async function bodyOf(url: string): Promise<Buffer> {
  const { status, body } = await ask(url);
  assert.equal(status, 200, url);
  return body;
}

async function memoryOf(instance: string | undefined): Promise<number> {
  assert.ok(instance !== undefined, 'there is no instance');
  const used = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', instance);
  const [, amount = '', unit = ''] = /^([\d.]+)([KMG]iB)/.exec(used) ?? [];
  return Number(amount) * ({ KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit] ?? Number.NaN);
}

async function linesOf(file: string): Promise<number> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.filter((line) => !/^\s*(#|$)/.test(line)).length;
}

/** Of a length of time that a command printed, `12.3 s` or `2 min 5 s`. */
function secondsIn(text: string, before: RegExp): number {
  const pattern = new RegExp(`${before.source}(?:(\\d+) min )?([\\d.]+) s`, 'm');
  const [, minutes = '0', seconds = ''] = pattern.exec(text) ?? [];
  assert.ok(seconds !== '', `nothing like ${String(pattern)} in:\n${text}`);
  return Number(minutes) * 60 + Number(seconds);
}
