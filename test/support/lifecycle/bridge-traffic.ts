/** Carries no traffic, but asks instances on the bridge's addresses, which this machine can reach. */
import { inspectContainer, listContainers } from '../../../src/docker/containers.ts';
import type { Engine } from '../../../src/docker/engine/engine.ts';
import { FaasoError } from '../../../src/errors.ts';
import { FUNKO_PORT } from '../../../src/funko/naming/names.ts';
import { routedInstanceOf } from '../../../src/lifecycle/state/routed-instance.ts';
import { describeProbeFailure } from '../../../src/health/probe-failure.ts';
import { probe, untilReady, type ProbeTarget } from '../../../src/health/probe.ts';
import type { RoutedInstance, Traffic } from '../../../src/lifecycle/traffic.ts';
import { LABEL } from '../../../src/funko/naming/labels.ts';

export class BridgeTraffic implements Traffic {
  /** Container IDs, in the order in which they were drained. */
  readonly drained: string[] = [];
  readonly resumed: string[] = [];
  /** Called when an instance gets requests again. */
  onResume: () => void = () => undefined;
  /** Called, and waited for, when an instance is about to be waited for. */
  onWait: (id: string) => void | Promise<void> = () => undefined;
  /** What draining waits for. */
  drains: Promise<unknown> = Promise.resolve();
  readonly #engine: Engine;
  readonly #network: string;

  constructor(engine: Engine, network: string) {
    this.#engine = engine;
    this.#network = network;
  }

  async waitReady(id: string, signal: AbortSignal): Promise<void> {
    await this.onWait(id);
    const target = await this.#targetOf(id);
    if (!target) throw new FaasoError('not_ready', 'It has no address.');
    await untilReady(target, signal);
  }

  async drain(id: string): Promise<void> {
    this.drained.push(id);
    await this.drains;
  }

  resume(id: string): void {
    this.resumed.push(id);
    this.onResume();
  }

  async readSplits(): Promise<void> {
    await Promise.resolve();
  }

  async instances(): Promise<readonly RoutedInstance[]> {
    const rows = await listContainers(this.#engine);
    const all = await Promise.all(rows.map(async ({ id }) => this.#carried(id)));
    return all.filter((carried) => carried !== undefined);
  }

  async #carried(id: string): Promise<RoutedInstance | undefined> {
    const container = await inspectContainer(this.#engine, id);
    const carried = container && routedInstanceOf(container, this.#network);
    const target = carried?.state === 'ready' ? await this.#targetOf(id) : undefined;
    const answer = target && (await probe(target));
    if (!carried || !target || answer === undefined || answer === 'ready') return carried;
    return { ...carried, state: 'starting', reason: describeProbeFailure(answer, target.port, target.path) };
  }

  async #targetOf(id: string): Promise<ProbeTarget | undefined> {
    const container = await inspectContainer(this.#engine, id);
    const host = container?.networks[this.#network]?.address ?? null;
    return host === null
      ? undefined
      : { host, port: FUNKO_PORT, path: container?.labels[LABEL.health] ?? '/' };
  }
}
