/** Where instances are started, by the kind of place. */
import type { Engine } from '../docker/engine/engine.ts';
import type { Host } from './host.ts';
import { LocalHost } from './local/local-host.ts';

/** The host of a kind. */
export function hostOf(kind: 'server' | 'local', engine: Engine, network: string): Host {
  return kind === 'local' ? new LocalHost(engine, network) : SERVER_HOST;
}

/** The proxy is on the network, so the network exists; and the proxy leads to every instance there. */
const SERVER_HOST: Host = {
  prepare: async () => Promise.resolve(),
  extras: () => ({}),
  publishes: false,
  urlOf: () => null,
};
