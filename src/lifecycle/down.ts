/** Takes a funko out of service; its versions stay. */
import { listContainers, type ContainerRow } from '../docker/containers.ts';
import { listImages } from '../docker/images.ts';
import { FaasoError } from '../errors.ts';
import { LABEL, parsePreview } from '../funko/naming.ts';
import { checkName } from './check-name.ts';
import type { DownResult } from './funkos.ts';
import { ownInstances, ownPreviews } from './own-instances.ts';
import { retire } from './retire.ts';
import type { Site } from './site.ts';
import { dropSplit } from './splits.ts';
import { nothingOwn } from './unknown.ts';
import { versionsOf } from './versions.ts';

/**
 * Retires what FaaSO started of a funko, its previews included; of `NAME@vN` just the preview of that version. Once begun
 * it is finished: the signal ends only the looking.
 * Throws `bad_name`, `unknown_funko`, `conflict` if all of it was made by hand, `engine_*`.
 */
export async function down(site: Site, name: string, signal?: AbortSignal): Promise<DownResult> {
  const { funko: named, version } = parsePreview(name);
  const funko = checkName(named);
  const rows = await listContainers(site.engine, {}, signal);
  if (version !== undefined) return downPreview(site, name, ownPreviews(funko, rows, version));
  const own = [...ownInstances(funko, rows), ...ownPreviews(funko, rows)];
  if (own.length === 0 && !(await isBuilt(site, funko, signal))) throw await nothingOwn(site, funko, signal);
  await retireAll(site, own);
  await dropSplit(site.engine, funko, await listImages(site.engine, { label: LABEL.funko }));
  return { funko, removed: own.map((row) => row.name) };
}

async function downPreview(site: Site, name: string, previews: readonly ContainerRow[]): Promise<DownResult> {
  if (previews.length === 0)
    throw new FaasoError('unknown_funko', `There is no preview "${name}". See: faaso status`);
  await retireAll(site, previews);
  return { funko: name, removed: previews.map((row) => row.name) };
}

async function retireAll(site: Site, rows: readonly ContainerRow[]): Promise<void> {
  await Promise.all(rows.map(async (row) => retire(site, row)));
}

async function isBuilt({ engine }: Site, funko: string, signal?: AbortSignal): Promise<boolean> {
  return versionsOf(funko, await listImages(engine, { label: LABEL.funko }, signal)).length > 0;
}
