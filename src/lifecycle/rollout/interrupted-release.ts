/** Release commands whose server or command was killed in their midst: the container is what is left of them. */
import { inspectContainer, type Container, type ContainerRow } from '../../docker/containers.ts';
import { removeContainer, stopContainer } from '../../docker/instances.ts';
import { releaseName } from '../../funko/naming/process.ts';
import type { Site } from '../context.ts';

/** Between the stop signal and SIGKILL. */
const GRACE_SECONDS = 10;

/** The containers of release commands of a funko that were interrupted, on this network. Pure. */
export function interruptedReleases(
  { network }: Pick<Site, 'network'>,
  funko: string,
  rows: readonly ContainerRow[],
): ContainerRow[] {
  return rows.filter(({ name, networks }) => name === releaseName(funko) && network in networks);
}

/** Ends and removes such a container; its log is kept. Throws `engine_*`. */
export async function removeRelease(
  site: Site,
  row: Pick<ContainerRow, 'id' | 'name' | 'labels'>,
): Promise<void> {
  await stopRelease(site, row.id);
  await site.keptLogs.keep(site.engine, row, 'was interrupted in its release command');
  await removeContainer(site.engine, row.id);
}

/** Removes what a process left that was killed: nobody else is at the funko now. Gives one of another network, which stays. */
export async function removeInterrupted(site: Site, funko: string): Promise<Container | undefined> {
  const found = await inspectContainer(site.engine, releaseName(funko));
  if (!found || !(site.network in found.networks)) return found;
  await removeRelease(site, found);
  return undefined;
}

/** Ends such a container: it is asked to first. Throws `engine_*`. */
export async function stopRelease({ engine }: Pick<Site, 'engine'>, id: string): Promise<void> {
  await stopContainer(engine, id, GRACE_SECONDS);
}
