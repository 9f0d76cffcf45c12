/** What of the disk is a funko's alone: layers that others are built on too are nobody's in particular. */
import { buildCacheBytes, layersOf, type Layer } from '../../docker/disk.ts';
import { unlessMissing, type Engine } from '../../docker/engine/engine.ts';
import { listImages, type Image } from '../../docker/images.ts';
import type { DiskUse, FunkoDisk } from '../../api/funko-api.ts';
import { builtFunkos, versionsOf } from '../state/version-list.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/** How many images are asked about at a time. */
const AT_ONCE = 8;

/** What all funkos take, sorted by name, and the build cache. It asks about every image there is. Throws `engine_*`. */
export async function diskUse(engine: Engine, signal?: AbortSignal): Promise<DiskUse> {
  const [images, cacheBytes] = await Promise.all([
    listImages(engine, {}, signal),
    buildCacheBytes(engine, signal),
  ]);
  const layers = await allLayers(engine, images, signal);
  const funkos = builtFunkos(images).sort();
  return { funkos: funkos.map((name) => diskOf(name, images, layers)), cacheBytes };
}

/** What one funko takes. Pure. */
export function diskOf(
  name: string,
  images: readonly Image[],
  layers: ReadonlyMap<string, readonly Layer[]>,
): FunkoDisk {
  const versions = versionsOf(name, images);
  const bytesOf = (own: ReadonlySet<string>): number => {
    const held = new Map<string, number>();
    for (const id of own) for (const { key, bytes } of layers.get(id) ?? []) held.set(key, bytes);
    for (const [id, others] of layers) if (!own.has(id)) for (const { key } of others) held.delete(key);
    return [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
  };
  return {
    name,
    bytes: bytesOf(new Set(versions.map(({ image }) => image.id))),
    versions: versions.map(({ number, image }) => ({
      version: formatVersion(number),
      bytes: bytesOf(new Set([image.id])),
    })),
  };
}

/** The layers of all images, by their IDs; an image that goes meanwhile has none. */
export async function allLayers(
  engine: Engine,
  images: readonly Image[],
  signal?: AbortSignal,
): Promise<Map<string, readonly Layer[]>> {
  const layers = new Map<string, readonly Layer[]>();
  const rest = images.map(({ id }) => id);
  const work = async (): Promise<void> => {
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
      const found = await unlessMissing(layersOf(engine, id, signal));
      if (found) layers.set(id, found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return layers;
}
