/** What the handlers of the admin API get. */
import type { IncomingMessage } from 'node:http';
import type { FunkoApi } from '../../api/funko-api.ts';
import type { Logger } from '../../logger.ts';
import type { RoutingTable } from '../tracking/table.ts';
import type { SyncState } from '../ipc/protocol.ts';
import type { AdminReply } from './reply.ts';

export interface AdminOptions {
  readonly funkos: FunkoApi;
  readonly token: string;
  /** The routing table as it is now. */
  readonly table: () => RoutingTable;
  readonly sync: () => SyncState;
  /** Requests in flight to a container. */
  readonly inFlight: (id: string) => number;
  /** What was carried for each funko since the start: see ipc/stats.ts for the numbers. */
  readonly carried: () => Promise<readonly (readonly [funko: string, numbers: readonly number[]])[]>;
  readonly logger: Logger;
  readonly limits?: AdminLimits;
}

export interface AdminLimits {
  /** The largest build context, in bytes; 2 GiB if absent. */
  readonly contextBytes?: number;
  /** How many files, folders and links it may have; 100,000 if absent. */
  readonly contextEntries?: number;
  /** A context that comes too slowly for this long, in ms, is aborted; 30 s if absent. */
  readonly contextPaceMs?: number;
  /** How long a build may take, waiting for its turn included, in ms; 30 minutes if absent. */
  readonly buildMs?: number;
}

/** One request that is on its way to be answered. */
export interface AdminExchange {
  readonly request: IncomingMessage;
  readonly reply: AdminReply;
  /** The funko in the path; empty where the path has none. */
  readonly funko: string;
  /** The name of a secret in the path; empty where the path has none. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** Aborted when the client has gone away before its answer was complete. */
  readonly signal: AbortSignal;
}

/** Answers one request. What it throws becomes the answer. */
export type Handler = (exchange: AdminExchange, admin: AdminOptions) => Promise<void>;
