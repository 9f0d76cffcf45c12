/** The opposite of adopt.ts: an unmanaged container gets no more requests, and runs on. */
import { inspectContainer, type Container } from '../../docker/containers.ts';
import { disconnectNetwork } from '../../docker/networks.ts';
import { FaasoError } from '../../errors.ts';
import type { UnadoptResult } from '../../api/adopt-request.ts';
import { noContainer } from './adopt.ts';
import { ownerOf } from '../state/managed.ts';
import { drain } from '../rollout/stop-instance.ts';
import type { OperationContext } from '../context.ts';
import { funkosOf } from '../../funko/naming/container-names.ts';

/** As much of an ID as the engine prints. */
const SURE_ID = /^[0-9a-f]{12,64}$/;

/**
 * Takes a container, or all unmanaged ones of a funko, off the funkos' network; requests in flight are answered
 * first.
 * @param wanted a container's name or ID, else a funko's name
 * Throws `not_found`, `conflict` for a container that FaaSO started or that is on that network as nothing, `engine_*`.
 */
export async function unadopt(
  context: OperationContext,
  wanted: string,
  signal?: AbortSignal,
): Promise<UnadoptResult> {
  const containers = await containersOf(context, wanted, signal);
  await Promise.all(containers.map(async (container) => letGo(context, container)));
  return { released: containers.map(({ name }) => name) };
}

async function letGo(context: OperationContext, container: Container): Promise<void> {
  await drain(context, container, () => undefined);
  try {
    await disconnectNetwork(context.engine, context.network, container.id);
  } finally {
    // It can be adopted again.
    context.traffic.resume(container.id);
  }
}

async function containersOf(
  context: OperationContext,
  wanted: string,
  signal?: AbortSignal,
): Promise<Container[]> {
  const { engine, network, traffic } = context;
  const named = await inspectContainer(engine, wanted, signal);
  // The engine also knows a container by the first letters of its ID, which may be a funko's name.
  if (named && (named.name === wanted || SURE_ID.test(wanted))) return [releasable(named, network)];
  const carried = (await traffic.instances(signal)).filter(({ funkos }) => funkos.includes(wanted));
  const found = await Promise.all(carried.map(async ({ id }) => inspectContainer(engine, id, signal)));
  const there = found.filter((one) => one !== undefined && network in one.networks);
  const byHand = there.filter((one) => one !== undefined).filter((one) => ownerOf(one) === undefined);
  if (byHand.length > 0) return byHand;
  if (carried.length === 0 && named) return [releasable(named, network)];
  if (carried.length === 0) throw noContainer(wanted);
  const names = carried.map(({ name }) => name).join(', ');
  const message = `The funko "${wanted}" has no unmanaged container on ${network} (it has: ${names}). To remove what FaaSO started: faaso down ${wanted}`;
  throw new FaasoError('conflict', message);
}

function releasable(container: Container, network: string): Container {
  const { name, labels } = container;
  const funkos = funkosOf(name, container.networks[network]?.aliases ?? [], labels);
  const own = ownerOf(container);
  if (own !== undefined) {
    const message = `FaaSO started the container ${name} itself. Take "${own}" out of service with: faaso down ${own}`;
    throw new FaasoError('conflict', message);
  }
  if (network in container.networks && funkos.length > 0) return container;
  throw new FaasoError(
    'conflict',
    `The container ${name} is not a funko's instance on the network ${network}.`,
  );
}
