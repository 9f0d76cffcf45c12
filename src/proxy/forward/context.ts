/** What all exchanges of a front share. */
import type { Logger } from '../../logger.ts';
import type { Hosts } from '../routing/hosts.ts';
import type { Routes } from '../routing/routes.ts';
import type { SyncState } from '../workers/protocol.ts';
import type { AccessLog } from './access-log.ts';
import type { Admission } from './admission.ts';
import type { Running } from './running.ts';
import type { ForwardSettings } from './settings.ts';
import type { Tally } from './tally.ts';
import type { Trust } from './trust.ts';
import type { Upstreams } from './upstreams.ts';

export interface Context {
  readonly routes: Routes;
  readonly hosts: Hosts;
  readonly upstreams: Upstreams;
  readonly admission: Admission;
  readonly settings: ForwardSettings;
  readonly sync: () => SyncState;
  readonly logger: Logger;
  readonly adminSocket: string | null;
  readonly accessLog: AccessLog | null;
  readonly running: Running;
  readonly tally: Tally;
  readonly trust: Trust;
}
