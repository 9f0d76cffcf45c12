/** Takes a funko out of service; its versions stay. */
import { listContainers, type ContainerRow } from '../../docker/containers.ts';
import { listImages, type Image } from '../../docker/images.ts';
import { FaasoError } from '../../errors.ts';
import { LABEL, parsePreview } from '../../funko/naming/naming.ts';
import { checkName } from '../state/check-name.ts';
import type { DownResult } from '../../api/funko-api.ts';
import { interruptedReleases, removeRelease } from '../rollout/interrupted-release.ts';
import { leavePreviews } from '../rollout/remove-preview.ts';
import { ownPreviews, presentOf } from '../state/managed.ts';
import { beginLeaving, endLeaving, leaveOf, type Leave } from '../state/desired-state.ts';
import { retire } from '../rollout/stop-instance.ts';
import type { Site } from '../context.ts';
import { dropSplit } from '../state/splits.ts';
import { nothingOwn } from '../state/not-found.ts';
import { versionsOf } from '../state/versions.ts';

/**
 * Retires what FaaSO started of a funko, its previews included; of `NAME@vN` just the preview of that version. Once begun
 * it is finished, by somebody else if need be: the signal ends only the looking.
 * Throws `bad_name`, `unknown_funko`, `conflict` if all of it was made by hand, `engine_*`.
 */
export async function down(site: Site, name: string, signal?: AbortSignal): Promise<DownResult> {
  const { version } = parsePreview(name);
  if (version !== undefined) return downPreview(site, name, signal);
  const result = await leave(site, name, 'down', signal);
  await endLeaving(site, name);
  return result;
}

/** The first half of `down`, and of more than that: what is to happen is remembered, and the instances are gone. */
export async function leave(site: Site, name: string, how: Leave, signal?: AbortSignal): Promise<DownResult> {
  const funko = checkName(name);
  const { rows, images } = await look(site, funko, signal);
  const { instances, workers } = presentOf(funko, rows);
  const own = [...instances, ...workers, ...ownPreviews(funko, rows)];
  const isThere = own.length > 0 || versionsOf(funko, images).length > 0;
  // One that was cut off before may have left nothing but the tag by which it is remembered.
  if (!isThere && leaveOf(site, funko, images) === undefined) throw await nothingOwn(site, funko, signal);
  await beginLeaving(site, funko, how, images);
  for (const row of interruptedReleases(site, funko, rows)) await removeRelease(site, row);
  await retireAll(site, own);
  await dropSplit(site, funko, images);
  return { funko, removed: own.map((row) => row.name) };
}

async function downPreview(site: Site, name: string, signal: AbortSignal | undefined): Promise<DownResult> {
  const { funko, version = 0 } = parsePreview(name);
  const picture = await look(site, checkName(funko), signal);
  if (ownPreviews(funko, picture.rows, version).length === 0)
    throw new FaasoError('unknown_funko', `There is no preview "${name}". See: faaso status`);
  return { funko: name, removed: await leavePreviews(site, funko, [version], picture) };
}

async function look(
  { engine }: Site,
  funko: string,
  signal: AbortSignal | undefined,
): Promise<{ rows: ContainerRow[]; images: Image[] }> {
  const [rows, images] = await Promise.all([
    listContainers(engine, {}, signal),
    listImages(engine, { label: `${LABEL.funko}=${funko}` }, signal),
  ]);
  return { rows, images };
}

async function retireAll(site: Site, rows: readonly ContainerRow[]): Promise<void> {
  await Promise.all(rows.map(async (row) => retire(site, row)));
}
