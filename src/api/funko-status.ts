/** What is to be known of a funko: its versions, and its instances. */

export interface FunkoStatus {
  readonly name: string;
  /** `ready`: at least one instance takes traffic. `down`: no instance runs. */
  readonly state: 'ready' | 'starting' | 'unavailable' | 'down';
  /** The newest version that was built, e.g. `v2`; null for a hand-made funko. */
  readonly latest: string | null;
  readonly versions: readonly VersionStatus[];
  readonly instances: readonly InstanceStatus[];
  /** The containers of its workers, which get no requests; absent if there are none. */
  readonly workers?: readonly WorkerStatus[];
  /** How the requests are shared between two versions, the lower one first; null if they are not. */
  readonly split: readonly { readonly version: string; readonly weight: number }[] | null;
  /** With `-l`, the URL of the first ready instance; on a server null. */
  readonly url: string | null;
}

export interface VersionStatus {
  readonly version: string;
  readonly imageId: string;
  /** When the version was made, ISO 8601. */
  readonly createdAt: string;
  /** Bytes. */
  readonly size: number;
}

export interface WorkerStatus {
  /** The container's full ID. */
  readonly id: string;
  readonly name: string;
  /** The worker's name. */
  readonly worker: string;
  readonly version: string | null;
  readonly state: 'running' | 'starting' | 'paused' | 'stopped';
  /** Why it does not run; null if it does. */
  readonly reason: string | null;
  /** The command that fixes it. */
  readonly fix: string | null;
  readonly since: string;
  /** How often Docker has started it again. */
  readonly restarts: number;
}

export interface InstanceStatus {
  /** The container's full ID. */
  readonly id: string;
  readonly name: string;
  /** `v2`, or null if FaaSO did not build its image. */
  readonly version: string | null;
  readonly state: 'ready' | 'starting' | 'unhealthy' | 'paused' | 'stopping' | 'stopped' | 'misplaced';
  /** Why it takes no traffic; null if it does. */
  readonly reason: string | null;
  /** The command that fixes it. */
  readonly fix: string | null;
  readonly address: string | null;
  readonly since: string;
  /** Requests in flight; null where nobody counts (with `-l`). */
  readonly inFlight: number | null;
}
