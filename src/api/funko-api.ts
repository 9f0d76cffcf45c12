/**
 * What a person can do with funkos: one interface, two hosts. EngineFunkos does it on an engine (for `faaso … -l` and
 * for the admin API), ServerFunkos through the admin API. The CLI's commands know only this.
 */
import type { Readable } from 'node:stream';
import type { AccessLogEntry, AccessLogRequest, AccessLogResult } from './access-log-request.ts';
import type { AdoptRequest, AdoptResult, UnadoptResult } from './adopt-request.ts';
import type { BuildEvent } from '../docker/buildkit/build-image.ts';
import type { BuildParts } from '../docker/buildkit/build-request.ts';
import type { Manifest } from '../funko/manifest/manifest.ts';
import type { ExecRequest, ExecResult, ExecStreams } from './exec-request.ts';
import type { EnvRequest, EnvResult } from './env-request.ts';
import type { FunkoStatus } from './funko-status.ts';
import type { LogLine, LogsRequest, LogsResult } from './log-request.ts';
import type { DiskUse, PruneRequest, PruneResult } from './prune-request.ts';
import type { SplitRequest, SplitResult } from './split-request.ts';
import type {
  RestartRequest,
  RollbackRequest,
  ScaleRequest,
  ScaleResult,
  UpRequest,
  UpResult,
} from './roll-out-request.ts';
import type { UpEvent } from './up-event.ts';
import type { DownResult, RemoveResult } from './remove-result.ts';
import type { SecretApi } from './secret-request.ts';

export type { AccessLogEntry, AccessLogRequest, AccessLogResult } from './access-log-request.ts';
export type { EnvRequest, EnvResult, EnvVariable } from './env-request.ts';
export type { AdoptRequest, AdoptResult, UnadoptResult as ReleaseResult } from './adopt-request.ts';
export type { ExecRequest, ExecResult, ExecStreams, TerminalSize } from './exec-request.ts';
export type { DiskUse, FunkoDisk, PruneRequest, PruneResult } from './prune-request.ts';
export type { FunkoStatus, InstanceStatus, VersionStatus, WorkerStatus } from './funko-status.ts';
export type { KeptInstance, LogLine, LogsRequest, LogsResult } from './log-request.ts';
export type { SplitRequest, SplitResult, SplitShare } from './split-request.ts';
export type {
  RestartRequest,
  RollbackRequest,
  RollOutOptions,
  ScaleRequest,
  ScaleResult,
  UpRequest,
  UpResult,
} from './roll-out-request.ts';
export type { UpEvent } from './up-event.ts';
export type { DownResult, RemoveResult } from './remove-result.ts';

export interface FunkoApi {
  readonly secrets: SecretApi;
  /** Where these funkos live. Throws `server_unreachable`, `engine_unreachable`, `unauthorized`. */
  where(signal?: AbortSignal): Promise<Where>;
  /** All funkos that have an instance or an image, sorted by name. */
  list(signal?: AbortSignal): Promise<FunkoStatus[]>;
  /** One funko. Throws `unknown_funko`, `bad_name`. */
  show(name: string, signal?: AbortSignal): Promise<FunkoStatus>;
  /**
   * Builds the next version; none if content and settings are the newest version's (`unchanged`), one of its layers if the
   * content is (`reused`), unless a build is wanted.
   * Aborting cancels the build in the engine; a failed one leaves nothing behind.
   * Throws `build_failed`, `cancelled`, `bad_context`, `bad_manifest`, `bad_name`.
   */
  build(
    request: BuildRequest,
    onEvent: (event: BuildingEvent) => void,
    signal?: AbortSignal,
  ): Promise<BuildResult>;
  /**
   * Tells the environment variables of the version in service (of the newest if none is), or with `set` or `unset` makes a version
   * of the same image with others. That goes into service as every version does; later builds take the values over.
   * Throws `unknown_funko`, `bad_request`, `not_found` for a name to unset that was not set, `conflict` during a split.
   */
  env(request: EnvRequest, signal?: AbortSignal): Promise<EnvResult>;
  /**
   * Starts as many instances of the newest version (or `request.version`) as are asked for, each beside the old ones,
   * and when they are ready and have stayed so for a while drains and removes the old ones. If one does not get ready, or
   * ends while there still are old ones, the new ones are removed again and the old ones keep serving.
   * With `request.preview` it starts one instance beside them that answers at `/funko/NAME@vN/` alone (the result's `funko`).
   * Aborting removes the new instances again, until the first old one is being removed; after that the operation runs to completion.
   * Throws `unknown_funko`, `unknown_version`, `missing_secret` (nothing was started), `not_ready`, `conflict`, `cancelled`.
   */
  up(request: UpRequest, onEvent: (event: UpEvent) => void, signal?: AbortSignal): Promise<UpResult>;
  /**
   * Puts an older version into service as `up` does: the one before the one that runs, or `request.version`. Its image and
   * its manifest (environment and settings) are those it was built with.
   * Throws as `up` does, and `conflict` if no version is named and none runs.
   */
  rollback(
    request: RollbackRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult>;
  /**
   * Starts new instances of the version in service and takes the old ones away as `up` does, so no request is lost.
   * Throws `unknown_funko`, `missing_secret`, `not_ready`, `cancelled`, and `conflict` if nothing of it runs or all of it is unmanaged.
   */
  restart(
    request: RestartRequest,
    onEvent: (event: UpEvent) => void,
    signal?: AbortSignal,
  ): Promise<UpResult>;
  /**
   * Tells how many instances of the version that runs are asked for, or with `request.count` asks for another number.
   * Missing ones are started; those that are too many are drained and removed. The number outlives a restart of everything.
   * Throws `unknown_funko`, `conflict` if nothing of it runs, `bad_request`, `not_ready` (then the number stays as it was).
   */
  scale(request: ScaleRequest, onEvent: (event: UpEvent) => void, signal?: AbortSignal): Promise<ScaleResult>;
  /**
   * Tells how the requests are shared between two versions, or with `request.weights` shares them: both are brought into
   * service, each with its percentage of the requests, until `up`, `rollback` or `down` ends it.
   * Throws `unknown_funko`, `unknown_version`, `bad_request`, `not_ready` (then all is as it was), `conflict`, `cancelled`.
   */
  split(request: SplitRequest, onEvent: (event: UpEvent) => void, signal?: AbortSignal): Promise<SplitResult>;
  /**
   * Tells what the instances wrote, all as one by time; with `request.follow` continues until it is aborted, also over
   * instances that are replaced; with `request.previous` what instances wrote that are gone. The next line waits for `onLine`.
   * Throws `unknown_funko`, `not_found` for an unknown instance, `cancelled` when followed.
   */
  logs(
    request: LogsRequest,
    onLine: (line: LogLine) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<LogsResult>;
  /**
   * Tells the requests that one, several or all funkos were sent, as the server recorded them; with `request.follow` continues until it
   * is aborted. The next one waits for `onEntry`.
   * Throws `unknown_funko`, `conflict` where requests are not recorded or the record can't be read, `cancelled` when followed.
   */
  accessLog(
    request: AccessLogRequest,
    onEntry: (entry: AccessLogEntry) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<AccessLogResult>;
  /**
   * Runs a program in an instance that runs, to its end. Aborting ends it, and whatever it started.
   * Throws `unknown_funko`, `not_found` for an unknown instance, `no_instance` if none runs, `cancelled`.
   */
  exec(request: ExecRequest, streams: ExecStreams, signal?: AbortSignal): Promise<ExecResult>;
  /**
   * Drains, stops and removes the instances that FaaSO started, of `NAME@vN` just that preview; images and
   * unmanaged containers stay.
   * Throws `unknown_funko`, `conflict` if all of the funko is unmanaged.
   */
  down(name: string, signal?: AbortSignal): Promise<DownResult>;
  /** As `down`, then removes the funko's secrets and images too. Throws `unknown_funko`, `conflict`. */
  remove(name: string, signal?: AbortSignal): Promise<RemoveResult>;
  /**
   * Makes an unmanaged container an instance of a funko: connects it to the funkos' network under the funko's alias.
   * Throws `bad_name`, `not_found`, `conflict` for one that FaaSO started or that can't be connected.
   */
  adopt(request: AdoptRequest, signal?: AbortSignal): Promise<AdoptResult>;
  /**
   * Drains a container, or all unmanaged ones of a funko, and takes it off the funkos' network; it runs on.
   * @param wanted a container's name or id, else a funko's name
   * Throws `not_found`, `conflict` for what FaaSO started, or what is no instance.
   */
  release(wanted: string, signal?: AbortSignal): Promise<UnadoptResult>;
  /**
   * Removes the versions that can go: all but the newest ones, those that a container was made of, and the one that a
   * rollback would go back to. Then cuts the engine's build cache. Every build does so too.
   * Throws `unknown_funko`.
   */
  prune(request: PruneRequest, signal?: AbortSignal): Promise<PruneResult>;
  /** What funkos take on the engine's disk, and the build cache. It takes a while where there are many images. */
  disk(signal?: AbortSignal): Promise<DiskUse>;
}

/**
 * What happens during a build; first, while others go before, how many, itself included, and the funkos whose builds run now and hold
 * it up.
 */
export type BuildingEvent =
  | BuildEvent
  /** Older servers do not say behind whom. */
  | { readonly type: 'queued'; readonly position: number; readonly behind?: readonly string[] };

export interface Where {
  readonly kind: 'server' | 'local';
  /** FaaSO's version there. */
  readonly faaso: string;
  /** The engine's version, e.g. `26.1.5`. */
  readonly engine: string;
  readonly network: string;
}

export interface BuildRequest extends BuildParts {
  readonly manifest: Manifest;
  /** The runtime's health path, e.g. `/ping`. */
  readonly health: string;
  /** The build context as an uncompressed tar, `funko.yml` its first entry. */
  readonly context: Readable;
  /**
   * The context's digest (`digestOf`). If it is the newest version's the context is not even read; else it is checked when
   * the context has passed. Without it a context of more than 16 MiB is never told from the newest version's.
   */
  readonly content?: string;
  /** Makes a version also of what the newest one was made of. */
  readonly force?: boolean;
  /** Builds every step without the cache, and makes a version in any case. */
  readonly noCache?: boolean;
  /** Looks for newer base images, and makes a version in any case. */
  readonly pull?: boolean;
  /** The Dockerfile's `ARG`s. They can be seen in the image's history: nothing for secrets. */
  readonly buildArgs?: Readonly<Record<string, string>>;
}

export interface BuildResult {
  readonly funko: string;
  /** `v3`. */
  readonly version: string;
  /** True if this version was there, of the same content and settings, and no other one was made. */
  readonly unchanged: boolean;
  /** True if only settings changed: a new version was made of the layers of the one before, and nothing was built. */
  readonly reused: boolean;
  /** `faaso-hello:v3`. */
  readonly image: string;
  readonly imageId: string;
  readonly seconds: number;
  /** The tags of old versions that were removed after it. */
  readonly removed: readonly string[];
}
