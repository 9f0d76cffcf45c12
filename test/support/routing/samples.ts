/** Containers and backends to build tests from. */
import type { Container } from '../../../src/docker/containers.ts';
import type { EngineEvent } from '../../../src/docker/events.ts';
import type { Backend } from '../../../src/proxy/balancing/backend.ts';

export const NETWORK = 'faaso-net';
export const STARTED_AT = '2026-01-01T00:00:10.000000000Z';
/** The second of STARTED_AT, as events count it. */
export const START_SECOND = Date.parse(STARTED_AT) / 1000;

/** A container that runs, is on the network, has no health check, and is called faaso-hello. */
export function container(changes: Partial<Container> = {}): Container {
  return {
    id: 'c1',
    name: 'faaso-hello',
    image: 'hello:1',
    imageId: 'sha256:1',
    createdAt: '2026-01-01T00:00:00Z',
    startedAt: STARTED_AT,
    status: 'running',
    exitCode: 0,
    overMemory: null,
    restartCount: 0,
    health: 'none',
    labels: {},
    stopSignal: 'SIGTERM',
    stopTimeout: 10,
    networkMode: 'default',
    networks: on('172.20.0.2'),
    ports: [],
    ...changes,
  };
}

/** Attached to the network, with this address and these aliases. */
export function on(address: string | null, ...aliases: string[]): Container['networks'] {
  return { [NETWORK]: { networkId: 'n1', address, aliases } };
}

/** An event of a container, so many seconds after STARTED_AT. */
export function event(action: string, seconds = 1, attributes: Record<string, string> = {}): EngineEvent {
  const timeNano = `${START_SECOND + seconds}000000000`;
  return {
    type: 'container',
    action,
    containerId: 'c1',
    attributes: { name: 'faaso-hello', ...attributes },
    timeNano,
  };
}

/** An event of the network. */
export function networkEvent(action: string, seconds = 1, name = NETWORK): EngineEvent {
  const network = { id: 'n1', name };
  return { ...event(action, seconds, { name }), type: 'network', network };
}

/** A backend that is ready. */
export function backend(changes: Partial<Backend> = {}): Backend {
  return {
    id: 'c1',
    name: 'faaso-hello',
    funkos: ['hello'],
    address: '172.20.0.2',
    port: 3000,
    state: 'ready',
    reason: null,
    fix: null,
    since: STARTED_AT,
    version: null,
    probe: { kind: 'tcp' },
    rules: null,
    life: `${changes.id ?? 'c1'} one`,
    ...changes,
  };
}
