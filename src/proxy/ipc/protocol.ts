/**
 * What the parent and its workers say to each other (channel.ts). The parent trusts no worker: what it accepts is
 * checked by validation.ts.
 */
import type { ProbeFailure } from '../../health/probe-failure.ts';
import type { Backend } from '../balancing/backend.ts';
import type { Splits } from '../balancing/shares.ts';

/** Parent → worker. */
export type ToWorker =
  /** The whole table; a worker listens when it has it. `sequence` counts the table's states. */
  | { readonly type: 'table'; readonly sequence: number; readonly backends: readonly Backend[] }
  /** What changed from `sequence - 1` to `sequence`. Sent in order on one channel, so none is skipped. */
  | {
      readonly type: 'patch';
      readonly sequence: number;
      readonly changed: readonly Backend[];
      readonly removed: readonly string[];
      /** As in TableChange. */
      readonly severed?: readonly string[];
    }
  /** All funkos whose requests two versions share, and all that have versions; in place of what was said before. */
  | { readonly type: 'splits'; readonly splits: Splits; readonly built: readonly string[] }
  /** Whether the table is in step with the engine; what `/readyz` answers. */
  | { readonly type: 'sync'; readonly sync: SyncState }
  /** This worker is (or is no longer) the one that probes backends in `starting`. */
  | { readonly type: 'prober'; readonly probing: boolean }
  /** Stop: answer /readyz with 503, close the listener, finish what runs, then exit; at `deadlineMs` cut the rest. */
  | { readonly type: 'drain'; readonly deadlineMs: number }
  /** Whether a request that asked with `enter` may proceed; a queued request gets no answer until it may. */
  | { readonly type: 'turn'; readonly ticket: number; readonly admitted: boolean }
  | { readonly type: 'ping'; readonly nonce: number };

/** Worker → parent. */
export type FromWorker =
  /** It listens and has the table. */
  | { readonly type: 'listening'; readonly port: number }
  /** It can't listen, for this reason of the system's (`EADDRINUSE`), and ends. */
  | { readonly type: 'cannot_listen'; readonly code: string }
  /** Requests in flight for each backend (container ID → count) where that changed; 0 when the last one ended. */
  | { readonly type: 'load'; readonly inFlight: Readonly<Record<string, number>> }
  /** What was carried for each funko since the last such message: see ipc/stats.ts for the numbers. */
  | { readonly type: 'counted'; readonly funkos: Readonly<Record<string, readonly number[]>> }
  /** The probe of this life of a backend succeeded. */
  | { readonly type: 'probed'; readonly id: string; readonly life: string }
  /** This life of a backend is long in getting ready, for this reason. */
  | { readonly type: 'missed'; readonly id: string; readonly life: string; readonly miss: ProbeFailure }
  /** A request to a funko that limits how many run at a time and how many wait. Tickets count up. */
  | {
      readonly type: 'enter';
      readonly funko: string;
      readonly ticket: number;
      readonly requests: number;
      readonly queue: number;
    }
  /** It is over, or does not want to wait any longer. */
  | { readonly type: 'leave'; readonly funko: string; readonly ticket: number }
  | { readonly type: 'pong'; readonly nonce: number };

export interface SyncState {
  readonly state: 'starting' | 'in_step' | 'stale';
  /** ISO 8601. */
  readonly since: string;
  /** Why it is not in step; null if it is. */
  readonly reason: string | null;
}
