/** What the table should be, from a list that was made just now. */
import type { Container } from '../../../src/docker/containers.ts';
import { inspectContainer, listContainers } from '../../../src/docker/containers.ts';
import type { Engine } from '../../../src/docker/engine/engine.ts';
import type { Backend } from '../../../src/proxy/balancing/backend.ts';
import { containerToBackend } from '../../../src/proxy/tracking/container-to-backend.ts';

/**
 * The backends of a table that knows no history, every probe taken as successful.
 * @param signalled whether a container's present run was sent its stop signal
 */
export async function freshBackends(
  engine: Engine,
  network: string,
  signalled: (id: string) => boolean = () => false,
): Promise<Map<string, Omit<Backend, 'since'>>> {
  const fresh = new Map<string, Omit<Backend, 'since'>>();
  for (const { id } of await listContainers(engine)) {
    const container = await inspectContainer(engine, id);
    const backend = container && readyBackend(container, network, signalled(id));
    if (backend) fresh.set(id, withoutSince(backend));
  }
  return fresh;
}

/** A table's backends, in the same form. */
export function tableBackends(backends: readonly Backend[]): Map<string, Omit<Backend, 'since'>> {
  return new Map(backends.map((backend) => [backend.id, withoutSince(backend)]));
}

function readyBackend(container: Container, network: string, signalled: boolean): Backend | undefined {
  const stopping = signalled ? 'it was told to stop' : undefined;
  const unknown = { takenAway: undefined, stopping, readyLife: undefined, missed: undefined };
  const backend = containerToBackend(container, network, unknown, '');
  return backend && containerToBackend(container, network, { ...unknown, readyLife: backend.life }, '');
}

function withoutSince(backend: Backend): Omit<Backend, 'since'> {
  return Object.fromEntries(Object.entries(backend).filter(([key]) => key !== 'since')) as Omit<
    Backend,
    'since'
  >;
}
