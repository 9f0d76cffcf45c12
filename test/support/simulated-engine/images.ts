/** The engine's images, simulated: what tags do, and which images a container keeps. As the real one (26.1) does it. */
import { createHash, randomBytes } from 'node:crypto';

export interface SimulatedImage {
  readonly id: string;
  readonly tags: Set<string>;
  readonly labels: Readonly<Record<string, string>>;
}

export class SimulatedImages {
  readonly #images = new Map<string, SimulatedImage>();

  /** A new image of its own. */
  add(tags: readonly string[], labels: Readonly<Record<string, string>>): SimulatedImage {
    const id = `sha256:${createHash('sha256').update(randomBytes(16)).digest('hex')}`;
    const image = { id, tags: new Set<string>(), labels };
    this.#images.set(id, image);
    for (const tag of tags) this.tag(image, tag);
    return image;
  }

  all(): SimulatedImage[] {
    return [...this.#images.values()];
  }

  /** By ID or tag. */
  find(reference: string): SimulatedImage | undefined {
    return this.#images.get(reference) ?? this.all().find(({ tags }) => tags.has(reference));
  }

  /** Gives an image a tag, which no other one has from then on. */
  tag(image: SimulatedImage, tag: string): void {
    for (const other of this.#images.values()) other.tags.delete(tag);
    image.tags.add(tag);
  }

  /**
   * Takes a tag away, and the image with its last one.
   * @param inUse whether a container was made of the image: then its last tag stays
   * @returns 200, 404 or 409, as the engine answers
   */
  remove(reference: string, inUse: (id: string) => boolean): 200 | 404 | 409 {
    const image = this.find(reference);
    if (!image) return 404;
    if (image.tags.size <= 1 && inUse(image.id)) return 409;
    image.tags.delete(reference);
    if (image.tags.size === 0) this.#images.delete(image.id);
    return 200;
  }
}

/** One element of the answer to GET /images/json. */
export function imageRow({ id, tags, labels }: SimulatedImage): object {
  return { Id: id, RepoTags: [...tags], Labels: labels, Created: 1_767_225_600, Size: 1 };
}

/** The answer to GET /images/NAME/json. */
export function imageShape({ id, tags, labels }: SimulatedImage): object {
  const Config = { Labels: labels, Cmd: ['program'], Entrypoint: null };
  return { Id: id, RepoTags: [...tags], Config, Created: '2026-01-01T00:00:00Z', Size: 1 };
}
