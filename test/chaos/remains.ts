/** What an engine holds beside its base images: containers, volumes and images, compared with what should be there. */
import type { World } from '../scenarios/world.ts';
import type { State } from './acts.ts';

/** A state for a person: `v2 × 3`. */
export function wordsOf(state: State): string {
  return state === null ? 'down' : `v${state.version} × ${state.count}`;
}

export class Remains {
  readonly #world: World;
  readonly #funko: string;

  constructor(world: World, funko: string) {
    this.#world = world;
    this.#funko = funko;
  }

  /** What is not as this state has it; undefined if everything is. */
  async differences(state: State): Promise<string | undefined> {
    const [containers, volumes, tags, untagged] = await Promise.all([
      this.#lines('ps', '--all', '--format', '{{.Image}} {{.State}}'),
      this.#lines('volume', 'ls', '--quiet'),
      this.#lines('image', 'ls', '--format', '{{.Tag}} {{.ID}}', `faaso-${this.#funko}`),
      this.#lines('image', 'ls', '--quiet', '--filter', 'dangling=true', '--filter', 'label=faaso.funko'),
    ]);
    const image = `faaso-${this.#funko}:v${state?.version}`;
    const wanted = Array.from({ length: state?.count ?? 0 }, () => `${image} running`);
    if (containers.join() !== wanted.join()) return `containers: ${containers.join(', ')}`;
    if (volumes.length > 0) return `volumes: ${volumes.join(', ')}`;
    if (untagged.length > 0) return `images without a tag: ${untagged.join(', ')}`;
    return this.#wrongTags(state, new Map(tags.map((line) => line.split(' ') as [string, string])));
  }

  /** Removes all of it. */
  async clear(): Promise<void> {
    const ids = await this.#lines('ps', '--all', '--quiet');
    if (ids.length > 0) await this.#world.docker('rm', '--force', '--volumes', ...ids);
    const images = await this.#lines('image', 'ls', '--quiet', '--filter', 'label=faaso.funko');
    if (images.length > 0) await this.#world.docker('image', 'rm', '--force', ...new Set(images));
  }

  #wrongTags(state: State, tags: ReadonlyMap<string, string>): string | undefined {
    const inService = tags.get('in-service');
    const wanted = state === null ? undefined : tags.get(`v${state.version}`);
    if (inService !== wanted) return `in-service is ${inService}, not ${wanted}`;
    const leaving = [...tags.keys()].filter((tag) => tag.includes('-from-'));
    return leaving.length > 0 ? `tags: ${leaving.join(', ')}` : undefined;
  }

  async #lines(...words: string[]): Promise<string[]> {
    const text = await this.#world.docker(...words);
    return text === '' ? [] : text.split('\n').sort();
  }
}
