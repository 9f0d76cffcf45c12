/** What the engine's API shows of a simulated container. */
import { isAlive, networkId, type SimulatedContainer, type SimulatedEvent } from './model.ts';

/** The answer to GET /containers/ID/json. */
export function inspectShape(container: SimulatedContainer): object {
  const { id, name, status, exitCode, labels, image, stopSignal, stopTimeout } = container;
  return {
    Id: id,
    Name: `/${name}`,
    Created: '2026-01-01T00:00:00Z',
    Image: image.id,
    RestartCount: 0,
    State: {
      Status: status,
      Running: isAlive(container),
      Paused: status === 'paused',
      ExitCode: exitCode,
      StartedAt: isoOf(container.startedAt),
      ...(container.hasHealthCheck ? { Health: { Status: healthOf(container) } } : {}),
    },
    Config: { Image: image.name, Labels: labels, StopSignal: stopSignal, StopTimeout: stopTimeout },
    HostConfig: {},
    NetworkSettings: { Ports: {}, Networks: networksOf(container, true) },
  };
}

/** One element of the answer to GET /containers/json. */
export function rowShape(container: SimulatedContainer): object {
  const health = container.hasHealthCheck && isAlive(container) ? ` (${wordsOf(healthOf(container))})` : '';
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image.name,
    ImageID: container.image.id,
    Created: 1_767_225_600,
    State: container.status,
    Status: `${container.status}${health}`,
    Labels: container.labels,
    NetworkSettings: { Networks: networksOf(container, false) },
  };
}

/** A line of GET /events. The time has more digits than a number holds: it is written by hand. */
export function eventLine(event: SimulatedEvent): string {
  const { timeNano, ...rest } = event;
  const time = timeNano / 1_000_000_000n;
  return `${JSON.stringify({ ...rest, scope: 'local' }).slice(0, -1)},"time":${time},"timeNano":${timeNano}}\n`;
}

function isoOf(nanos: bigint): string {
  if (nanos === 0n) return '0001-01-01T00:00:00Z';
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(nanos % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}

function healthOf(container: SimulatedContainer): string {
  return isAlive(container) ? container.health : 'unhealthy';
}

function wordsOf(health: string): string {
  return health === 'starting' ? 'health: starting' : health;
}

function networksOf(container: SimulatedContainer, withAliases: boolean): Record<string, object> {
  const networks: Record<string, object> = {};
  for (const [name, { address, aliases }] of container.endpoints) {
    const shown = withAliases ? [...aliases, container.id.slice(0, 12)] : null;
    networks[name] = {
      NetworkID: networkId(name),
      IPAddress: address,
      GlobalIPv6Address: '',
      Aliases: shown,
    };
  }
  return networks;
}
