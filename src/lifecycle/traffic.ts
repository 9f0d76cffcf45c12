/**
 * What the lifecycle asks of the process that carries the traffic to the instances: the proxy's workers on a server
 * (proxy/parent/traffic.ts), nobody with `-l` (local-traffic.ts).
 */
import type { InstanceStatus } from '../api/funko-api.ts';

export interface Traffic {
  /**
   * Resolves when a container that was just started takes traffic. Rejects with `not_ready` if it can't any more (it
   * ended, it has gone), and with the signal's reason when that aborts.
   */
  waitReady(id: string, signal: AbortSignal): Promise<void>;
  /**
   * From now on the instance gets no new request. Resolves when none is in flight any more, at the latest after
   * `deadlineMs`; an unknown instance is fine. Never rejects.
   */
  drain(id: string, deadlineMs: number): Promise<void>;
  /** An instance that was drained gets requests again, if it still can; an unknown one is fine. */
  resume(id: string): void;
  /** Resolves when requests are shared as the tags of the images say at this moment. Throws `engine_*`. */
  readSplits(): Promise<void>;
  /** Every instance that is known, of every funko, unmanaged ones included. */
  instances(signal?: AbortSignal): Promise<readonly RoutedInstance[]>;
}

/** An instance as the carrier sees it. */
export interface RoutedInstance extends InstanceStatus {
  /** The funkos it is an instance of, by its name and its aliases. */
  readonly funkos: readonly string[];
}
