/** What every operation works with. */
import type { Engine } from '../docker/engine/engine.ts';
import type { Host } from './host.ts';
import type { KeptLogs } from './logs/kept-logs.ts';
import type { LineBudget } from './logs/line-budget.ts';
import type { Traffic } from './traffic.ts';

/** Where requests are recorded. */
export interface AccessLogSource {
  /** The ID of the container whose log has them. Throws `conflict` if none has them, `engine_*`. */
  container(signal?: AbortSignal): Promise<string>;
}

export interface OperationContext {
  readonly engine: Engine;
  /** The name of the funkos' network. */
  readonly network: string;
  readonly traffic: Traffic;
  readonly host: Host;
  readonly keptLogs: KeptLogs;
  /** How much of logs is held at the same time. */
  readonly logLines: LineBudget;
  /** Where requests are recorded; null where nothing records them. */
  readonly accessLog: AccessLogSource | null;
}
