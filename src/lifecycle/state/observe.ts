/** What nearly every operation looks at first. */
import { listContainers, type ContainerRow } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { listImages, type Image } from '../../docker/images.ts';
import { LABEL } from '../../funko/naming/labels.ts';

export interface Observed {
  readonly images: readonly Image[];
  readonly rows: readonly ContainerRow[];
}

/**
 * The images of funkos and all containers, asked for at the same time.
 * @param funko only this funko's images
 * Throws `engine_*`.
 */
export async function observe(engine: Engine, signal?: AbortSignal, funko?: string): Promise<Observed> {
  const label = funko === undefined ? LABEL.funko : `${LABEL.funko}=${funko}`;
  const [images, rows] = await Promise.all([
    listImages(engine, { label }, signal),
    listContainers(engine, {}, signal),
  ]);
  return { images, rows };
}
