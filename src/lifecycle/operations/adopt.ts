/** Makes an unmanaged container an instance of a funko: by its alias on the funkos' network, and nothing else. */
import { inspectContainer, type Container } from '../../docker/containers.ts';
import { connectNetwork, disconnectNetwork } from '../../docker/networks.ts';
import { FaasoError } from '../../errors.ts';
import type { AdoptRequest, AdoptResult } from '../../api/adopt-request.ts';
import { checkName } from '../state/check-name.ts';
import { ownerOf } from '../state/managed.ts';
import { haltedObstacleOf } from '../state/reachability.ts';
import { drain } from '../rollout/stop-instance.ts';
import type { OperationContext } from '../context.ts';
import { aliasOf, funkosOf, isProxy } from '../../funko/naming/container-names.ts';

/**
 * Connects the container. A container that is on the network already under other aliases is connected again, because the engine gives no
 * alias to one that is connected; it keeps the others.
 * Throws `bad_name`, `not_found`, `conflict` for a container that does not run, can't be connected or is FaaSO's own, `engine_*`.
 */
export async function adopt(
  context: OperationContext,
  { container: wanted, name }: AdoptRequest,
  signal?: AbortSignal,
): Promise<AdoptResult> {
  const { engine, network } = context;
  const funko = checkName(name);
  const container = await inspectContainer(engine, wanted, signal);
  if (!container) throw noContainer(wanted);
  const result = { funko, container: container.name, network };
  const attachment = container.networks[network];
  const aliases = attachment?.aliases ?? [];
  const isOne = attachment && funkosOf(container.name, aliases, container.labels).includes(funko);
  if (!isOne) refuse(container, funko);
  refuseHalted(container);
  if (isOne) return { ...result, unchanged: true };
  await context.host.prepare(signal);
  // The engine connects none that is on the network "none".
  if ('none' in container.networks) await disconnectNetwork(engine, 'none', container.id);
  const wantedAliases = [...aliases, aliasOf(funko)];
  if (attachment) await reconnect(context, container, aliases, wantedAliases);
  else await connectNetwork(engine, network, container.id, wantedAliases);
  return { ...result, unchanged: false };
}

/** Its requests are answered first. If it can't get the new aliases it has the old ones again. */
async function reconnect(
  context: OperationContext,
  container: Container,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const { engine, network, traffic } = context;
  await drain(context, container, () => undefined);
  try {
    await disconnectNetwork(engine, network, container.id);
    await connectNetwork(engine, network, container.id, after).catch(async (error: unknown) => {
      await connectNetwork(engine, network, container.id, before);
      throw error;
    });
  } finally {
    traffic.resume(container.id);
  }
}

/** There is no such container. */
export function noContainer(wanted: string): FaasoError {
  const message = `There is no container "${wanted}". List them with: docker ps --all`;
  return new FaasoError('not_found', message);
}

function refuseHalted(container: Container): void {
  const halt = haltedObstacleOf(container);
  if (!halt) return;
  const first = halt.fix === null ? '' : ` First: ${halt.fix}`;
  const message = `Only a container that runs can be adopted, and ${container.name} does not: ${halt.reason}.${first}`;
  throw new FaasoError('conflict', message);
}

function refuse({ name, labels, networkMode, image }: Container, funko: string): void {
  if (isProxy(name, labels)) {
    throw new FaasoError('conflict', `The container ${name} is a proxy, and a proxy is never a funko.`);
  }
  const own = ownerOf({ name, labels });
  if (own !== undefined) {
    const message = `The container ${name} was started by FaaSO as an instance of "${own}"; only an unmanaged container can be adopted.`;
    throw new FaasoError('conflict', message);
  }
  if (networkMode !== 'host' && !networkMode.startsWith('container:')) return;
  const whose = networkMode === 'host' ? "the host's" : "another container's";
  const message =
    `The container ${name} shares ${whose} network, so Docker connects it to no other. Create it again: ` +
    `docker rm -f ${name} && docker run -d --name ${aliasOf(funko)} … ${image}`;
  throw new FaasoError('conflict', message);
}
