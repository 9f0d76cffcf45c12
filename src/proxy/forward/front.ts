/** The HTTP side of a worker: listens, and answers each request by forwarding it. */
import type { Logger } from '../../logger.ts';
import type { Routes } from '../routing/routes.ts';
import type { SyncState } from '../workers/protocol.ts';
import type { ForwardSettings } from './settings.ts';
import type { Upstreams } from './upstreams.ts';

export interface FrontOptions {
  readonly routes: Routes;
  readonly upstreams: Upstreams;
  readonly settings: ForwardSettings;
  /** Whether the table is in step with the engine; what /readyz answers. */
  readonly sync: () => SyncState;
  readonly logger: Logger;
  /** The Unix socket that `/admin/` is forwarded to; null: no admin API. */
  readonly adminSocket: string | null;
}

export interface Front {
  /** Listens, beside other processes on the same port. Resolves with the port. */
  listen(port: number, host?: string): Promise<number>;
  /** Graceful stop: takes nothing new, finishes what runs; at the deadline, in ms, it cuts the rest. Then resolves. */
  drain(deadlineMs: number): Promise<void>;
}

/** Makes the front; it does nothing until `listen`. */
export function createFront(options: FrontOptions): Front {
  void options;
  throw new Error('being built');
}
