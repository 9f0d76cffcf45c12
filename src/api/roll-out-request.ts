/** What can be asked of versions and of how many instances of them run, and what is answered. */

/** How a version gets into service. */
export interface RollOutOptions {
  /** How long each new instance may take to get ready; `timeouts.start` of its funko.yml, or `DEFAULT_START_SECONDS`, if absent. */
  readonly timeoutMs?: number;
  /** How long new instances must have been ready before old ones go; `DEFAULT_STEADY_SECONDS` if absent. */
  readonly steadyMs?: number;
  /** Starts all new instances at once, instead of one after the other. */
  readonly surge?: boolean;
  /** How many of the last lines of its log are told of an instance that fails, after the first `SHOWN_LOG_LINES`; as many if absent. */
  readonly logTail?: number;
  /** While another operation on this funko runs or waits: wait for it (if absent), or refuse with `conflict`. */
  readonly whenBusy?: 'wait' | 'refuse';
}

export interface UpRequest extends RollOutOptions {
  readonly name: string;
  /** `v3`; the newest if absent. */
  readonly version?: string;
  /** Starts one instance of it beside what is in service, which answers at `/funko/NAME@vN/` alone. */
  readonly preview?: boolean;
  /** Only finds out what would be done; the result says it as if it was done. */
  readonly dryRun?: boolean;
}

export interface UpResult {
  readonly funko: string;
  readonly version: string;
  readonly instance: string;
  /** All that run now, the one above first. */
  readonly instances: readonly string[];
  /** Its workers that run now; absent if the version has none. */
  readonly workers?: readonly string[];
  /** What ran before and was removed. */
  readonly replaced: readonly string[];
  /** True if that version ran already, ready, and nothing was changed. */
  readonly unchanged: boolean;
  /** Present if the version's release command was run, or would be (`dryRun`). */
  readonly released?: true;
  /** With `-l`: the URL on 127.0.0.1. On a server null: the CLI knows the server's address. */
  readonly url: string | null;
}

export interface RollbackRequest extends RollOutOptions {
  readonly name: string;
  /** `v3`; the newest one older than what runs if absent. */
  readonly version?: string;
}

export interface RestartRequest extends RollOutOptions {
  readonly name: string;
}

export interface ScaleRequest extends RollOutOptions {
  readonly name: string;
  /** How many instances are asked for, 1 to 100; absent: only tell how many are. */
  readonly count?: number;
  /** The name of a worker: the count is that of its containers. */
  readonly worker?: string;
}

export interface ScaleResult {
  readonly funko: string;
  /** The version that runs. */
  readonly version: string;
  /** Present if the following is about a worker and its containers, not about instances. */
  readonly worker?: string;
  /** How many instances are asked for. */
  readonly scale: number;
  /** Those that run. */
  readonly instances: readonly string[];
  readonly started: readonly string[];
  readonly removed: readonly string[];
  /** When only told: how many containers of each worker are asked for; absent if the version has none. */
  readonly workers?: Readonly<Record<string, number>>;
}
