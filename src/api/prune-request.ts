/** What takes room on the engine's disk, and what can be freed of it. */

export interface PruneRequest {
  /** Of these funkos; of all if absent. */
  readonly funkos?: readonly string[];
  /** How many of the newest versions stay; as after a build if absent. */
  readonly keep?: number;
  /** How much the versions of a funko may take, in bytes, if enough of them can go; as after a build if absent. */
  readonly bytes?: number;
  /** How large the engine's build cache may be, in bytes; as after a build if absent. */
  readonly cacheBytes?: number;
}

export interface DiskUse {
  /** Those that have versions, sorted by name. */
  readonly funkos: readonly FunkoDisk[];
  /** The engine's build cache, in bytes: one for all builds of the engine. */
  readonly cacheBytes: number;
}

export interface FunkoDisk {
  readonly name: string;
  /** What would be free if all its versions went: layers of theirs that no other image has. */
  readonly bytes: number;
  /** What would be free if this version alone went. */
  readonly versions: readonly { readonly version: string; readonly bytes: number }[];
}

export interface PruneResult {
  /** Tags, e.g. `faaso-hello:v2`. */
  readonly removed: readonly string[];
  /** What the engine freed of its build cache. */
  readonly cacheBytes: number;
}
