/**
 * `-l` with an engine on another machine: ports are published on the 127.0.0.1 of that machine, so nothing here can ask a
 * funko whether it is ready. An instance is ready when it has run for a while, and its health check, if it has one, says so.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { inspectContainer, type Container } from '../../docker/containers.ts';
import { FaasoError } from '../../errors.ts';
import { routedInstanceOf } from '../state/routed-instance.ts';
import { publishedPort } from './local-host.ts';
import { LocalTraffic } from './local-traffic.ts';
import type { RoutedInstance } from '../traffic.ts';

/** What crashes at its start mostly does so within this time. */
const STEADY_MS = 3_000;
const LOOK_EVERY_MS = 200;

export class RemoteTraffic extends LocalTraffic {
  /** Rejects with `not_ready` if the container ended, started again, is not published, or its health check fails. */
  override async waitReady(id: string, signal: AbortSignal): Promise<void> {
    const first = await this.#running(id, signal);
    await pause(STEADY_MS, undefined, { signal });
    for (;;) {
      const container = await this.#running(id, signal);
      if (container.startedAt !== first.startedAt) throw ended();
      if (['none', 'healthy'].includes(container.health)) return;
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  protected override async carried(container: Container): Promise<RoutedInstance | undefined> {
    return Promise.resolve(routedInstanceOf(container, this.network));
  }

  async #running(id: string, signal: AbortSignal): Promise<Container> {
    const container = await inspectContainer(this.engine, id, signal);
    if (container && publishedPort(container) !== undefined) return container;
    throw ended();
  }
}

function ended(): FaasoError {
  return new FaasoError('not_ready', 'It ended at once, or it is not published on 127.0.0.1.');
}
