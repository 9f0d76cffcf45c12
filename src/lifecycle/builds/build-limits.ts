/** What builds may take of the machine: all of them together run in one cgroup, and it has limits where limits can be set. */
import {
  buildCgroup,
  limitCgroup,
  type LimitCgroupOptions,
  type LimitedCgroup,
} from '../../docker/buildkit/build-cgroup.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { FaasoError, messageOf } from '../../errors.ts';

export interface BuildLimitsOptions {
  /** What to set and with what. Throws if there is nothing to set it with. */
  readonly wanted: () => Promise<Omit<LimitCgroupOptions, 'cgroup'>>;
  /** Hears once why builds have no limits, or not all. */
  readonly onUnlimited: (reason: string) => void;
}

/** A sixteenth of what others have that want the processor too; all of it while nobody does. */
export const BUILD_CPU_SHARES = 64;
/** More than any compiler starts, fewer than a fork bomb. */
export const MOST_BUILD_PROCESSES = 8192;

/** Limits older than this, in ms, are set again beside the next build: something on the host may have removed them. */
const FRESH_MS = 60_000;

type LimitSetting = LimitedCgroup & { readonly memoryBytes: number };

export class BuildLimits {
  readonly #engine: Engine;
  readonly #options: BuildLimitsOptions;
  /** The last time that the limits were set; undefined in it if they could not be. */
  #set: Promise<LimitSetting | undefined> | undefined;
  #setAt = 0;
  /** The limits that are being set: the container that does it has a fixed name, so there is one at a time. */
  #going: Promise<LimitSetting | undefined> | undefined;
  #told = false;

  constructor(engine: Engine, options: BuildLimitsOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * Does the work of a build within the limits, or without any if none can be set.
   * Throws what the work throws; a build that failed since its memory ran out says so.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const isFirst = this.#set === undefined;
    const before = this.#fresh();
    // Later ones run within what the first one has set.
    if (isFirst) await before;
    try {
      return await work();
    } catch (error) {
      throw await this.#explained(error, await before);
    }
  }

  #fresh(): Promise<LimitSetting | undefined> {
    if (this.#set && performance.now() - this.#setAt < FRESH_MS) return this.#set;
    return this.#setAnew();
  }

  #setAnew(): Promise<LimitSetting | undefined> {
    if (this.#going) return this.#going;
    this.#setAt = performance.now();
    const setting = this.#setLimits().catch((error: unknown) => {
      this.#tell(messageOf(error));
      return undefined;
    });
    this.#set = setting;
    this.#going = setting.finally(() => (this.#going = undefined));
    return this.#going;
  }

  async #setLimits(): Promise<LimitSetting | undefined> {
    const cgroup = await buildCgroup(this.#engine);
    if (cgroup === undefined)
      throw new FaasoError('engine_failed', 'Builds have no cgroup of their own with this engine.');
    const wanted = await this.#options.wanted();
    const limited = await limitCgroup(this.#engine, { ...wanted, cgroup });
    if (limited.missing.length > 0) this.#tell(`The host has no limit for: ${limited.missing.join(', ')}.`);
    return { ...limited, memoryBytes: wanted.limits.memoryBytes };
  }

  #tell(reason: string): void {
    if (!this.#told) this.#options.onUnlimited(reason);
    this.#told = true;
  }

  async #explained(error: unknown, before: LimitSetting | undefined): Promise<unknown> {
    if (!before || !(error instanceof FaasoError) || error.code !== 'build_failed') return error;
    const after = await this.#setAnew();
    if (!after?.wasFull || after.kills === before.kills) return error;
    const most = Math.round(after.memoryBytes / 1024 ** 2);
    const why = `A process was ended: builds had used up the ${most} MiB of memory that they may have (FAASO_BUILD_MEMORY_MIB).`;
    return new FaasoError('build_failed', `${error.message}\n${why}`, {
      cause: error,
      details: error.details,
    });
  }
}
