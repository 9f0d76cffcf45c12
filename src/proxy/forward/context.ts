/** What all exchanges of a front share. */
import type { Logger } from '../../logger.ts';
import type { Hosts } from '../balancing/host-names.ts';
import type { Routes } from '../balancing/routes.ts';
import type { SyncState } from '../ipc/protocol.ts';
import type { AccessLog } from './access-log.ts';
import type { ConcurrencyGate } from './concurrency.ts';
import type { InFlight } from './in-flight.ts';
import type { ForwardSettings } from './settings.ts';
import type { Stats } from '../ipc/stats.ts';
import type { Trust } from './request/trust.ts';
import type { Upstreams } from './upstream/upstreams.ts';

export interface Context {
  readonly routes: Routes;
  readonly hosts: Hosts;
  readonly upstreams: Upstreams;
  readonly admission: ConcurrencyGate;
  readonly settings: ForwardSettings;
  readonly sync: () => SyncState;
  readonly logger: Logger;
  readonly adminSocket: string | null;
  readonly accessLog: AccessLog | null;
  readonly running: InFlight;
  readonly tally: Stats;
  readonly trust: Trust;
}
