/** Takes a funko away for good: its instances, then its images. */
import { listContainers, type ContainerRow } from '../docker/containers.ts';
import { listImages, removeImage } from '../docker/images.ts';
import { LABEL } from '../funko/naming.ts';
import { checkName } from './check-name.ts';
import { down } from './down.ts';
import type { RemoveResult } from './funkos.ts';
import type { Site } from './site.ts';
import { tagsOf } from './versions.ts';

/**
 * Removes a funko. An image that a container made by hand uses stays, with all its tags.
 * Throws as `down` does.
 */
export async function remove(site: Site, name: string, signal?: AbortSignal): Promise<RemoveResult> {
  const gone = await down(site, checkName(name), signal);
  const { engine } = site;
  const [images, rows] = await Promise.all([
    listImages(engine, { label: LABEL.funko }),
    listContainers(engine),
  ]);
  const removed: string[] = [];
  const kept: RemoveResult['kept'][number][] = [];
  for (const { tag, imageId } of tagsOf(name, images)) {
    const usedBy = userOf(imageId, rows);
    if (usedBy !== undefined) kept.push({ image: tag, usedBy });
    else if (await removeImage(engine, tag)) removed.push(tag);
    else kept.push({ image: tag, usedBy: 'a container that was made meanwhile' });
  }
  return { ...gone, images: removed, kept };
}

function userOf(imageId: string, rows: readonly ContainerRow[]): string | undefined {
  return rows.find((row) => row.imageId === imageId)?.name;
}
