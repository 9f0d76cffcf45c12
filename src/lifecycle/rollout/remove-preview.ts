/** Takes previews away. That it was begun is remembered by a tag of the version, so that the next start can finish it. */
import type { ContainerRow } from '../../docker/containers.ts';
import { removeImage, tagImage, type Image } from '../../docker/images.ts';
import type { UpEvent } from '../../api/funko-api.ts';
import { managedPreviews } from '../state/managed.ts';
import { drainAndRemove } from './stop-instance.ts';
import type { OperationContext } from '../context.ts';
import { versionsOf } from '../state/version-list.ts';
import { previewLeavingTag } from '../../funko/naming/version.ts';

interface PreviewPicture {
  readonly images: readonly Image[];
  readonly rows: readonly ContainerRow[];
}

/**
 * Retires the previews of some versions.
 * @returns the names of their containers
 * Throws `engine_*`.
 */
export async function removePreviews(
  context: OperationContext,
  funko: string,
  versions: readonly number[],
  { images, rows }: PreviewPicture,
  onEvent?: (event: UpEvent) => void,
): Promise<string[]> {
  const { engine, network } = context;
  const leaving = versions.flatMap((version) => managedPreviews(funko, rows, version));
  // Without an image there is nothing to remember it by.
  const known = versionsOf(funko, images).filter(({ number }) => versions.includes(number));
  const tags = known.map(({ number, image }) => ({
    id: image.id,
    tag: previewLeavingTag(funko, number, network),
  }));
  if (leaving.length > 0) await Promise.all(tags.map(async ({ id, tag }) => tagImage(engine, id, tag)));
  await Promise.all(leaving.map(async (row) => drainAndRemove(context, row, onEvent)));
  await Promise.all(tags.map(async ({ tag }) => removeImage(engine, tag)));
  return leaving.map(({ name }) => name);
}

/** The versions whose previews are being removed by an operation that has not finished. */
export function previewsBeingRemoved(
  { network }: OperationContext,
  funko: string,
  images: readonly Image[],
): number[] {
  return versionsOf(funko, images)
    .filter(({ number, image }) => image.tags.includes(previewLeavingTag(funko, number, network)))
    .map(({ number }) => number);
}

/** A preview of this version is wanted again. */
export async function forgetPreviewRemoval(
  context: OperationContext,
  funko: string,
  version: number,
  images: readonly Image[],
): Promise<void> {
  if (!previewsBeingRemoved(context, funko, images).includes(version)) return;
  await removeImage(context.engine, previewLeavingTag(funko, version, context.network));
}
