/**
 * Keeps the routing table true to the engine: sessions (engine-session.ts) one after the other, the table of the last one
 * serving on while there is none.
 */
import type { Observable } from 'rxjs';
import type { Engine } from '../../docker/engine/engine.ts';
import { FaasoError, messageOf } from '../../errors.ts';
import type { ProbeFailure } from '../../health/probe-failure.ts';
import type { Logger } from '../../logger.ts';
import type { SyncState } from '../ipc/protocol.ts';
import { viewOf, type EngineView } from './engine-view.ts';
import { Tracker } from './tracker.ts';
import { reconnect } from './reconnect.ts';
import { engineSession } from './engine-session.ts';
import { Sync } from './sync.ts';
import type { RoutingTable, TableChange } from './table.ts';

/** How patient following is, in ms. */
export interface Patience {
  /** The first pause before connecting again … */
  readonly firstPauseMs: number;
  /** … and the longest: short enough to be back within a second of the engine, long enough to be no storm. */
  readonly longestPauseMs: number;
  /** How often the engine is asked for a sign of life, and how long it may take to give it. */
  readonly pingMs: number;
  readonly pingWithinMs: number;
}

const PATIENCE: Patience = { firstPauseMs: 50, longestPauseMs: 1_000, pingMs: 5_000, pingWithinMs: 5_000 };

export interface FollowOptions {
  readonly engine: Engine;
  /** The name of the funkos' network. */
  readonly network: string;
  readonly logger: Logger;
  /** How often everything is listed again, in ms: the safety net. */
  readonly resyncMs: number;
  readonly patience?: Partial<Patience>;
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
  /** What a worker's probes of this life of a container meet, which is long in getting ready. */
  missed(id: string, life: string, miss: ProbeFailure): void;
  /** FaaSO is about to stop this container: it takes no new traffic, at once, for as long as this run of it lasts. */
  release(id: string): void;
  /** The opposite of `release`: it takes traffic again, if it still can. */
  resume(id: string): void;
  /** Ends the connection to the engine; the table stays as it is. */
  stop(): void;
}

/** Starts to follow the engine; returns at once with an empty table and `sync.state` 'starting'. Never throws. */
export function followEngine(options: FollowOptions): Following {
  return followView(viewOf(options.engine), options);
}

/** As followEngine, with any view of an engine. */
export function followView(view: EngineView, options: Omit<FollowOptions, 'engine'>): Following {
  const { network, logger, resyncMs } = options;
  const keeper = new Tracker(network, Date.now);
  const sync = new Sync(Date.now);
  const patience = { ...PATIENCE, ...options.patience };
  let hasMissed = false;
  const onMissed = (): void => {
    const message = 'an event of the engine was too long to be read: the containers are listed instead';
    logger[hasMissed ? 'debug' : 'warn'](message);
    hasMissed = true;
  };
  const sessions$ = engineSession({ view, keeper, resyncMs, ...patience, onMissed }).pipe(
    reconnect({
      firstMs: patience.firstPauseMs,
      longestMs: patience.longestPauseMs,
      random: Math.random,
      onFailure: (error, pauseMs) => {
        const reason = messageOf(error);
        const isNews = sync.lost(publicReason(error));
        logger[isNews ? 'warn' : 'debug'](
          { reason, pauseMs },
          'the engine is out of reach: the table may be stale',
        );
      },
    }),
  );
  const following = sessions$.subscribe(() => {
    if (sync.inStep())
      logger.info({ backends: keeper.table.backends().length }, 'the table is in step with the engine');
  });
  return {
    get table() {
      return keeper.table;
    },
    changes$: keeper.changes$,
    get sync() {
      return sync.state;
    },
    sync$: sync.changes$,
    probed: (id, life) => {
      keeper.probed(id, life);
    },
    missed: (id, life, miss) => {
      keeper.missed(id, life, miss);
    },
    release: (id) => {
      keeper.release(id);
    },
    resume: (id) => {
      keeper.resume(id);
    },
    stop: () => {
      following.unsubscribe();
      keeper.end();
      sync.end();
    },
  };
}

/** `/readyz` tells it to anybody: so there is nothing in it that the engine said, which quotes labels and command lines. The log has that. */
function publicReason(error: unknown): string {
  const code = error instanceof FaasoError ? error.code : undefined;
  if (code === 'engine_unreachable') return 'the engine is out of reach';
  if (code === 'engine_timeout') return 'the engine does not answer in time';
  return 'the engine does not answer as it should';
}
