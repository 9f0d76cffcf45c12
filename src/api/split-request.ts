/** What can be asked of how a funko's requests are shared between two versions. */
import type { RollOutOptions } from './roll-out-request.ts';

export interface SplitRequest extends RollOutOptions {
  readonly name: string;
  /** `{ v7: 90, v8: 10 }`: two versions, whole numbers from 0 to 100 that make 100; absent: only tell how it is. */
  readonly weights?: Readonly<Record<string, number>>;
}

export interface SplitResult {
  readonly funko: string;
  /** The lower version first; empty if the requests are not shared. */
  readonly split: readonly SplitShare[];
  readonly started: readonly string[];
  readonly removed: readonly string[];
}

export interface SplitShare {
  /** `v7`. */
  readonly version: string;
  /** In percent of the requests. */
  readonly weight: number;
  /** The names of its instances. */
  readonly instances: readonly string[];
}
