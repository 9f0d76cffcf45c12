/** Takes a funko out of service; its versions stay. */
import { listContainers, type ContainerRow } from '../docker/containers.ts';
import { listImages } from '../docker/images.ts';
import { LABEL } from '../funko/naming.ts';
import { checkName } from './check-name.ts';
import type { DownResult } from './funkos.ts';
import { ownInstances } from './own-instances.ts';
import { retire } from './retire.ts';
import type { Site } from './site.ts';
import { nothingOwn } from './unknown.ts';
import { versionsOf } from './versions.ts';

/**
 * Retires what FaaSO started of a funko. Once begun it is finished: the signal ends only the looking.
 * Throws `bad_name`, `unknown_funko`, `conflict` if all of it was made by hand, `engine_*`.
 */
export async function down(site: Site, name: string, signal?: AbortSignal): Promise<DownResult> {
  const funko = checkName(name);
  const rows = await listContainers(site.engine, {}, signal);
  const own = ownInstances(funko, rows);
  if (own.length === 0 && !(await isBuilt(site, funko, signal))) throw await nothingOwn(site, funko, signal);
  await retireAll(site, own);
  return { funko, removed: own.map((row) => row.name) };
}

async function retireAll(site: Site, rows: readonly ContainerRow[]): Promise<void> {
  await Promise.all(rows.map(async (row) => retire(site, row)));
}

async function isBuilt({ engine }: Site, funko: string, signal?: AbortSignal): Promise<boolean> {
  return versionsOf(funko, await listImages(engine, { label: LABEL.funko }, signal)).length > 0;
}
