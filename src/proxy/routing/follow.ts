/** Keeps the routing table true to the engine. */
import type { Observable } from 'rxjs';
import type { Engine } from '../../docker/engine.ts';
import type { Logger } from '../../logger.ts';
import type { SyncState } from '../workers/protocol.ts';
import type { RoutingTable, TableChange } from './table.ts';

export interface FollowOptions {
  readonly engine: Engine;
  /** The name of the funkos' network. */
  readonly network: string;
  readonly logger: Logger;
  /** How often everything is listed again, in ms: the safety net. */
  readonly resyncMs: number;
}

export interface Following {
  /** The table as it is now; replaced as a whole with each change. */
  readonly table: RoutingTable;
  /** Each change, as soon as `table` shows it. */
  readonly changes$: Observable<TableChange>;
  /** Whether the table is in step with the engine. */
  readonly sync: SyncState;
  /** Each change of `sync`. */
  readonly sync$: Observable<SyncState>;
  /** A worker's probe of this life of a container succeeded: it takes traffic if that life is the one there is. */
  probed(id: string, life: string): void;
  /** FaaSO is about to stop this container: it takes no new traffic, at once, for as long as this run of it lasts. */
  release(id: string): void;
  /** Ends the connection to the engine; the table stays as it is. */
  stop(): void;
}

/** Starts to follow the engine; returns at once with an empty table and `sync.state` 'starting'. Never throws. */
export function followEngine(options: FollowOptions): Following {
  void options;
  throw new Error('being built');
}
