/** Release commands whose server or command was killed in their midst: the container is what is left of them. */
import { inspectContainer, type Container, type ContainerRow } from '../../docker/containers.ts';
import { removeContainer, stopContainer } from '../../docker/instance-calls.ts';
import { releaseName } from '../../funko/naming/process.ts';
import type { OperationContext } from '../context.ts';

/** Between the stop signal and SIGKILL. */
const GRACE_SECONDS = 10;

/** The containers of release commands of a funko that were interrupted, on this network. Pure. */
export function interruptedReleases(
  { network }: Pick<OperationContext, 'network'>,
  funko: string,
  rows: readonly ContainerRow[],
): ContainerRow[] {
  return rows.filter(({ name, networks }) => name === releaseName(funko) && network in networks);
}

/** Ends and removes such a container; its log is kept. Throws `engine_*`. */
export async function removeRelease(
  context: OperationContext,
  row: Pick<ContainerRow, 'id' | 'name' | 'labels'>,
): Promise<void> {
  await stopRelease(context, row.id);
  await context.keptLogs.keep(context.engine, row, 'was interrupted in its release command');
  await removeContainer(context.engine, row.id);
}

/** Removes what a process left that was killed: nobody else is at the funko now. Gives one of another network, which stays. */
export async function removeInterrupted(
  context: OperationContext,
  funko: string,
): Promise<Container | undefined> {
  const found = await inspectContainer(context.engine, releaseName(funko));
  if (!found || !(context.network in found.networks)) return found;
  await removeRelease(context, found);
  return undefined;
}

/** Ends such a container: it is asked to first. Throws `engine_*`. */
export async function stopRelease({ engine }: Pick<OperationContext, 'engine'>, id: string): Promise<void> {
  await stopContainer(engine, id, GRACE_SECONDS);
}
