/** What an engine holds beside its base images: containers, volumes, images and networks, read as the state of a funko. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretsVolume } from '../../../src/funko/naming/secret-names.ts';
import { splitOfTag } from '../../../src/funko/naming/split.ts';
import type { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';
import { KEY } from './acts.ts';
import { servingOf, shareTag, type State } from './state.ts';

export interface Found {
  readonly state: State;
  /** What belongs to no state. */
  readonly orphans: readonly string[];
}

export class Remains {
  readonly #world: ScenarioHarness;
  readonly #funko: string;
  #networks: readonly string[] = [];

  private constructor(world: ScenarioHarness, funko: string) {
    this.#world = world;
    this.#funko = funko;
  }

  /** The networks that there are now may be there for ever. */
  static async of(world: ScenarioHarness, funko: string): Promise<Remains> {
    const remains = new Remains(world, funko);
    remains.#networks = await remains.#lines('network', 'ls', '--format', '{{.Name}}');
    return remains;
  }

  async look(): Promise<Found> {
    const orphans: string[] = [];
    const [containers, tags, untagged, networks] = await Promise.all([
      this.#lines('ps', '--all', '--format', '{{.Names}} {{.Image}} {{.State}}'),
      this.#lines('image', 'ls', '--format', '{{.Tag}} {{.ID}}', `faaso-${this.#funko}`),
      this.#lines('image', 'ls', '--quiet', '--filter', 'dangling=true'),
      this.#lines('network', 'ls', '--format', '{{.Name}}'),
    ]);
    orphans.push(...untagged.map((id) => `the untagged image ${id}`));
    orphans.push(
      ...networks.filter((name) => !this.#networks.includes(name)).map((name) => `network ${name}`),
    );
    const runs = this.#runs(containers, orphans);
    const secret = await this.#secret(orphans);
    const state = this.#tags(
      new Map(tags.map((line) => line.split(' ') as [string, string])),
      { ...runs, secret },
      orphans,
    );
    return { state, orphans };
  }

  /** Removes all of it. */
  async clear(): Promise<void> {
    const ids = await this.#lines('ps', '--all', '--quiet');
    if (ids.length > 0) await this.#world.docker('rm', '--force', '--volumes', ...ids);
    const images = await this.#lines('image', 'ls', '--quiet', '--filter', 'label=faaso.funko');
    if (images.length > 0) await this.#world.docker('image', 'rm', '--force', ...new Set(images));
    const volumes = await this.#lines('volume', 'ls', '--quiet');
    if (volumes.length > 0) await this.#world.docker('volume', 'rm', ...volumes);
  }

  #runs(containers: readonly string[], orphans: string[]): Pick<State, 'serving' | 'previews'> {
    const serving: Record<number, number> = {};
    const previews: number[] = [];
    for (const line of containers) {
      const [name = '', image = '', status = ''] = line.split(' ');
      const version = Number(image.replace(`faaso-${this.#funko}:v`, ''));
      const isPreview = name.startsWith(`faaso-${this.#funko}_v${version}.`);
      if (status !== 'running' || !(isPreview || name.startsWith(`faaso-${this.#funko}.`)))
        orphans.push(line);
      else if (isPreview) previews.push(version);
      else serving[version] = (serving[version] ?? 0) + 1;
    }
    return { serving, previews: previews.sort((a, b) => a - b) };
  }

  /** Null if it is not set; then its volume must not be there. */
  async #secret(orphans: string[]): Promise<string | null> {
    const volumes = await this.#lines('volume', 'ls', '--quiet');
    const own = secretsVolume(this.#funko);
    orphans.push(...volumes.filter((name) => name !== own).map((name) => `volume ${name}`));
    if (!volumes.includes(own)) return null;
    const folder = await this.#world.docker('volume', 'inspect', '--format', '{{.Mountpoint}}', own);
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
    if (names.join() === KEY) return readFile(join(folder, KEY), 'utf8');
    orphans.push(`the volume ${own} with ${names.length === 0 ? 'nothing' : names.join()} in it`);
    return null;
  }

  #tags(
    tags: ReadonlyMap<string, string>,
    runs: Pick<State, 'serving' | 'previews' | 'secret'>,
    orphans: string[],
  ): State {
    const numbers = [...tags.keys()].filter((tag) => /^v\d+$/.test(tag)).map((tag) => Number(tag.slice(1)));
    const versions = numbers.sort((a, b) => a - b);
    const splits = [...tags.keys()].filter((tag) => tag.startsWith('split-'));
    const [split] = splits.map((tag) => splitOfTag(this.#funko, `faaso-${this.#funko}:${tag}`));
    const state = { versions, ...runs, share: split?.[0].weight ?? null };
    const wanted = shareTag(this.#funko, state);
    if (splits.length > 1 || (split && !wanted?.endsWith(`:${splits.join()}`)))
      orphans.push(...splits.map((tag) => `tag ${tag}`));
    orphans.push(...[...tags.keys()].filter((tag) => /-from-|-on-/.test(tag)).map((tag) => `tag ${tag}`));
    const kept = servingOf(state).map((version) => tags.get(`v${version}`));
    const inService = tags.get('in-service');
    if (kept.length === 0 ? inService !== undefined : !kept.includes(inService))
      orphans.push(`in-service at ${inService}`);
    if (tags.get('latest') !== tags.get(`v${versions.at(-1)}`))
      orphans.push(`latest at ${tags.get('latest')}`);
    return state;
  }

  async #lines(...words: string[]): Promise<string[]> {
    const text = await this.#world.docker(...words);
    return text === '' ? [] : text.split('\n').sort();
  }
}
