/** What a container is to its funkos, told by the engine alone: nobody carries its traffic. Pure. */
import type { Container } from '../../docker/containers.ts';
import { LABEL, funkosOf } from '../../funko/naming/naming.ts';
import type { InstanceStatus } from '../../api/funko-api.ts';
import { placeOf } from './reachability.ts';
import type { Carried } from '../traffic.ts';

/** A container as an instance of its funkos; undefined if it is one of none. */
export function carriedOf(container: Container, network: string): Carried | undefined {
  const attachment = container.networks[network];
  const funkos = funkosOf(container.name, attachment?.aliases ?? [], container.labels);
  if (funkos.length === 0) return undefined;
  return {
    id: container.id,
    name: container.name,
    funkos,
    version: container.labels[LABEL.version] ?? null,
    ...conditionOf(container, network, funkos[0] ?? ''),
    address: attachment?.address ?? null,
    since: container.startedAt ?? container.createdAt,
    inFlight: null,
  };
}

type Condition = Pick<InstanceStatus, 'state' | 'reason' | 'mend'>;

function conditionOf(container: Container, network: string, funko: string): Condition {
  const { name, health } = container;
  const hindrance = placeOf(container, network, funko);
  if (hindrance) return hindrance;
  if (health === 'starting')
    return { state: 'starting', reason: 'its health check has not answered yet', mend: null };
  if (health === 'unhealthy')
    return { state: 'unhealthy', reason: 'its health check fails', mend: `docker logs ${name}` };
  return { state: 'ready', reason: null, mend: null };
}
