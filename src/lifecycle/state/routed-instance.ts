/** What a container is to its funkos, told by the engine alone: nobody carries its traffic. Pure. */
import type { Container } from '../../docker/containers.ts';
import type { InstanceStatus } from '../../api/funko-api.ts';
import { checkObstacleOf, obstacleOf } from './reachability.ts';
import type { RoutedInstance } from '../traffic.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { funkosOf } from '../../funko/naming/container-names.ts';

/** A container as an instance of its funkos; undefined if it is one of none. */
export function routedInstanceOf(container: Container, network: string): RoutedInstance | undefined {
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

type InstanceCondition = Pick<InstanceStatus, 'state' | 'reason' | 'fix'>;

function conditionOf(container: Container, network: string, funko: string): InstanceCondition {
  const obstacle = obstacleOf(container, network, funko) ?? checkObstacleOf(container);
  return obstacle ?? { state: 'ready', reason: null, fix: null };
}
