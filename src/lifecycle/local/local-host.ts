/** One's own machine (`-l`): no proxy, so each instance is published on a free port of 127.0.0.1. */
import type { Container } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import type { InstanceSpec } from '../../docker/create-options.ts';
import { ensureNetwork } from '../../docker/networks.ts';
import { FaasoError } from '../../errors.ts';
import type { Host } from '../host.ts';
import { portOf, LABEL } from '../../funko/naming/labels.ts';

export class LocalHost implements Host {
  readonly publishes = true;
  readonly #engine: Engine;
  readonly #network: string;

  constructor(engine: Engine, network: string) {
    this.#engine = engine;
    this.#network = network;
  }

  /** Makes the network if it is missing: with `-l` no server has made it. */
  async prepare(signal?: AbortSignal): Promise<void> {
    await ensureNetwork(this.#engine, this.#network, signal);
  }

  /** Its port is published, wherever it listens. Throws `not_ready` for a label that is no port. */
  extras(labels: Readonly<Record<string, string>>): Pick<InstanceSpec, 'publish'> {
    const containerPort = portOf(labels);
    if (containerPort !== undefined) return { publish: { containerPort } };
    const what = `The image's label ${LABEL.port} is "${labels[LABEL.port] ?? ''}", which is not a port from 1 to 65535.`;
    throw new FaasoError('not_ready', `${what} Mend it in the Dockerfile and build again.`);
  }

  urlOf(container: Container): string | null {
    const port = publishedPort(container);
    return port === undefined ? null : `http://127.0.0.1:${port}/`;
  }
}

/** The port of this machine that leads to the funko; undefined if none does, as while the container is stopped. */
export function publishedPort(container: Container): number | undefined {
  const wanted = portOf(container.labels);
  const published = container.ports.find((port) => port.container === wanted && port.host > 0);
  return container.status === 'running' ? published?.host : undefined;
}
