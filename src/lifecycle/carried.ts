/** What a container is to its funkos, told by the engine alone: nobody carries its traffic. Pure. */
import type { Container } from '../docker/containers.ts';
import { LABEL, funkosOf, portOf } from '../funko/naming.ts';
import type { InstanceStatus } from './funkos.ts';
import type { Carried } from './traffic.ts';

/** A container as an instance of its funkos; undefined if it is one of none. */
export function carriedOf(container: Container, network: string): Carried | undefined {
  const attachment = container.networks[network];
  const funkos = funkosOf(container.name, attachment?.aliases ?? []);
  if (funkos.length === 0) return undefined;
  return {
    id: container.id,
    name: container.name,
    funkos,
    version: container.labels[LABEL.version] ?? null,
    ...conditionOf(container, network),
    address: attachment?.address ?? null,
    since: container.startedAt ?? container.createdAt,
    inFlight: null,
  };
}

type Condition = Pick<InstanceStatus, 'state' | 'reason' | 'mend'>;

function conditionOf(container: Container, network: string): Condition {
  const { name, status, health } = container;
  if (status === 'paused') return { state: 'paused', reason: 'it is paused', mend: `docker unpause ${name}` };
  if (status !== 'running') return stopped(container);
  if (!container.networks[network]) {
    const mend = `docker network connect ${network} ${name}`;
    return { state: 'misplaced', reason: `it is not on the network ${network}`, mend };
  }
  if (portOf(container.labels) === undefined) {
    const reason = `its label ${LABEL.port} is "${container.labels[LABEL.port] ?? ''}", which is no port from 1 to 65535`;
    return { state: 'misplaced', reason, mend: null };
  }
  if (health === 'starting')
    return { state: 'starting', reason: 'its health check has not answered yet', mend: null };
  if (health === 'unhealthy')
    return { state: 'unhealthy', reason: 'its health check fails', mend: `docker logs ${name}` };
  return { state: 'ready', reason: null, mend: null };
}

function stopped({ name, status, exitCode }: Container): Condition {
  if (status === 'restarting')
    return {
      state: 'stopped',
      reason: `it ended with exit code ${exitCode} and is restarted`,
      mend: `docker logs ${name}`,
    };
  const reason = status === 'created' ? 'it was never started' : `it ended with exit code ${exitCode}`;
  return { state: 'stopped', reason, mend: `docker start ${name}` };
}
