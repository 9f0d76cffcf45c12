/** Which connections lead nowhere any more. Pure. */
import { isAlive, type Container } from '../../docker/containers.ts';
import type { Instance } from './instance.ts';

/**
 * The life that an inspect shows to be severed: the program keeps running, but has lost the address at which it was reached. What is open to it
 * stays silent. That of a container that has ended is over by itself, and the last of its answers may still be on its way.
 */
export function severedLife(
  before: Instance | undefined,
  container: Container,
  network: string,
): string | undefined {
  const old = before?.container;
  const address = old?.networks[network]?.address ?? null;
  const runsOn = isAlive(container) && old?.startedAt === container.startedAt;
  if (!runsOn || address === null || container.networks[network]?.address === address) return undefined;
  return before?.backend?.life;
}
