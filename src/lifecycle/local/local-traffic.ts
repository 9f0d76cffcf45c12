/**
 * With `-l` nobody stands between a client and an instance: readiness is asked for at the published port, there is
 * nothing to drain, and what instances there are is read from the engine.
 */
import { inspectContainer, listContainers, type Container } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { FaasoError } from '../../errors.ts';
import { DEFAULT_HEALTH_PATH, FUNKO_PORT } from '../../funko/naming/names.ts';
import { routedInstanceOf } from '../state/routed-instance.ts';
import { publishedPort } from './local-host.ts';
import { describeProbeFailure } from '../../health/probe-failure.ts';
import { probe, untilReady, type ProbeTarget } from '../../health/probe.ts';
import type { RoutedInstance, Traffic } from '../traffic.ts';
import { portOf, LABEL } from '../../funko/naming/labels.ts';
import { funkosOf } from '../../funko/naming/container-names.ts';

export interface LocalTrafficOptions {
  readonly engine: Engine;
  /** The name of the funkos' network. */
  readonly network: string;
}

export class LocalTraffic implements Traffic {
  protected readonly engine: Engine;
  protected readonly network: string;

  constructor(options: LocalTrafficOptions) {
    this.engine = options.engine;
    this.network = options.network;
  }

  async waitReady(id: string, signal: AbortSignal): Promise<void> {
    const container = await inspectContainer(this.engine, id, signal);
    const target = container && targetOf(container);
    // An instance that a server started is not published; `up -l` takes that for one that is not in service.
    if (!target) throw new FaasoError('not_ready', 'It ended at once, or it is not published on 127.0.0.1.');
    await untilReady(target, signal);
  }

  /** Clients are connected to the instance itself; the grace period of its stop is all the time they get. */
  async drain(): Promise<void> {
    await Promise.resolve();
  }

  /** Nothing was taken from it. */
  resume(): void {
    return;
  }

  /** A proxy on the same engine reads them by itself. */
  async readSplits(): Promise<void> {
    await Promise.resolve();
  }

  async instances(signal?: AbortSignal): Promise<readonly RoutedInstance[]> {
    const rows = await listContainers(this.engine, {}, signal);
    const near = rows.filter(
      (row) => funkosOf(row.name, [], row.labels).length > 0 || this.network in row.networks,
    );
    const containers = await Promise.all(
      near.map(async ({ id }) => inspectContainer(this.engine, id, signal)),
    );
    const known = await Promise.all(
      containers.map(async (container) => container && this.carried(container)),
    );
    return known.filter((carried) => carried !== undefined);
  }

  /** As an instance of its funkos; undefined if it is one of none. */
  protected async carried(container: Container): Promise<RoutedInstance | undefined> {
    const carried = routedInstanceOf(container, this.network);
    const target = targetOf(container);
    if (carried?.state !== 'ready' || !target) return carried;
    const answer = await probe(target);
    if (answer === 'ready') return carried;
    const reason = describeProbeFailure(answer, portOf(container.labels) ?? FUNKO_PORT, target.path);
    return { ...carried, state: 'starting', reason, fix: `docker logs ${container.name}` };
  }
}

/** Where an instance of a funko that FaaSO built is asked; undefined if it was not, or is not published. */
function targetOf(container: Container): ProbeTarget | undefined {
  const port = publishedPort(container);
  if (port === undefined || container.labels[LABEL.funko] === undefined) return undefined;
  return { host: '127.0.0.1', port, path: container.labels[LABEL.health] ?? DEFAULT_HEALTH_PATH };
}
