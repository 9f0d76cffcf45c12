/** A simulated engine and what follows it. */
import assert from 'node:assert/strict';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { silentLogger } from '../../../src/logger.ts';
import { followEngine, type Following } from '../../../src/proxy/tracking/follow.ts';
import type { SimulatedContainer } from '../simulated-engine/model.ts';
import { SimulatedEngine } from '../simulated-engine/server.ts';
import { NETWORK } from './samples.ts';
import { waitUntil } from './wait-until.ts';

export class TrackingHarness implements AsyncDisposable {
  readonly simulated: SimulatedEngine;
  readonly engine: Engine;
  readonly following: Following;
  /** The states that each container went through. */
  readonly states = new Map<string, string[]>();

  private constructor(simulated: SimulatedEngine, resyncMs: number, pingMs: number) {
    this.simulated = simulated;
    this.engine = new Engine({ socketPath: simulated.socketPath, timeoutMs: 10_000 });
    const patience = { firstPauseMs: 2, longestPauseMs: 20, pingMs, pingWithinMs: pingMs * 4 };
    const logger = silentLogger();
    this.following = followEngine({ engine: this.engine, network: NETWORK, logger, resyncMs, patience });
    this.following.changes$.subscribe(({ changed }) => {
      for (const { id, state } of changed) {
        const states = this.states.get(id) ?? [];
        this.states.set(id, states);
        if (states.at(-1) !== state) states.push(state);
      }
    });
  }

  static async create(resyncMs = 600_000, pingMs = 600_000): Promise<TrackingHarness> {
    return new TrackingHarness(await SimulatedEngine.start(), resyncMs, pingMs);
  }

  run(name: string): SimulatedContainer {
    const container = this.simulated.model.create({ name, network: NETWORK });
    this.simulated.model.start(container);
    return container;
  }

  stateOf({ id }: SimulatedContainer): string | undefined {
    return this.following.table.get(id)?.state;
  }

  async until(container: SimulatedContainer, state: string | undefined): Promise<void> {
    await waitUntil(
      () => this.stateOf(container) === state,
      () => `${container.name} is ${this.stateOf(container)}, not ${state}`,
    );
  }

  async untilSync(state: string): Promise<void> {
    await waitUntil(
      () => this.following.sync.state === state,
      () => `${JSON.stringify(this.following.sync)}, not ${state}`,
    );
  }

  /** In step, with a stream that is open. */
  async settled(): Promise<void> {
    await this.untilSync('in_step');
    await waitUntil(
      () => this.simulated.streams.heard,
      () => 'no stream',
    );
  }

  async ready(name: string): Promise<SimulatedContainer> {
    const container = this.run(name);
    await this.until(container, 'starting');
    this.following.probed(container.id, this.following.table.get(container.id)?.life ?? '');
    assert.equal(this.stateOf(container), 'ready');
    return container;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.following.stop();
    await this.simulated[Symbol.asyncDispose]();
  }
}
