/** Containers and images as the engine describes them, for tests of pure functions. */
import type { Container, ContainerRow } from '../../../src/docker/containers.ts';
import type { Image } from '../../../src/docker/images.ts';
import type { RoutedInstance } from '../../../src/lifecycle/traffic.ts';

export const NETWORK = 'faaso-net';

export function row(name: string, changes: Partial<ContainerRow> = {}): ContainerRow {
  return {
    id: `id of ${name}`,
    name,
    image: 'x',
    imageId: 'sha256:x',
    status: 'running',
    health: 'none',
    labels: {},
    networks: {},
    createdAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

export function container(name: string, changes: Partial<Container> = {}): Container {
  return {
    id: `id of ${name}`,
    name,
    image: 'x',
    imageId: 'sha256:x',
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:01.000Z',
    status: 'running',
    exitCode: 0,
    overMemory: null,
    restartCount: 0,
    health: 'none',
    labels: {},
    stopSignal: 'SIGTERM',
    stopTimeout: 10,
    networkMode: 'default',
    networks: { [NETWORK]: { networkId: 'n', address: '10.0.0.2', aliases: [] } },
    ports: [],
    ...changes,
  };
}

/** A version of a funko as FaaSO builds it. */
export function built(funko: string, number: number, ...moreTags: string[]): Image {
  return {
    id: `sha256:${funko}${number}`,
    tags: [`faaso-${funko}:v${number}`, ...moreTags],
    labels: { 'faaso.funko': funko, 'faaso.version': `v${number}` },
    createdAt: '2026-01-01T00:00:00.000Z',
    size: 100 + number,
  };
}

export function carried(
  name: string,
  funkos: string[],
  changes: Partial<RoutedInstance> = {},
): RoutedInstance {
  return {
    id: `id of ${name}`,
    name,
    funkos,
    version: null,
    state: 'ready',
    reason: null,
    fix: null,
    address: '10.0.0.2',
    since: '2026-01-01T00:00:00.000Z',
    inFlight: 0,
    ...changes,
  };
}
