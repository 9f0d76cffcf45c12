/** What builds may take of the machine: all of them together run in one cgroup with limits, as long as there are any. */
import { ranOutOfMemory, holdBuilds, type Holder, type HolderOptions } from '../docker/build-holder.ts';
import type { Engine } from '../docker/engine.ts';
import { FaasoError, messageOf } from '../errors.ts';

export interface BoundsOptions {
  /** What to hold builds with; asked for before each holder. Throws if there is nothing. */
  readonly holder: () => Promise<HolderOptions>;
  /** Hears once why builds have no limits. */
  readonly onUnlimited: (reason: string) => void;
  /** How long the holder stays after the last build, in ms; a minute if absent. */
  readonly idleMs?: number;
}

const DEFAULT_IDLE_MS = 60_000;
/** A sixteenth of what each container has that wants the processor too; all of it while nobody does. */
export const BUILD_CPU_SHARES = 64;

/** runc's words when it can't use the cgroup that it is told. */
const CGROUP_REFUSED = /runc.*cgroup/s;

export class BuildBounds {
  readonly #engine: Engine;
  readonly #options: BoundsOptions;
  #holding: Promise<Holder> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  #told = false;
  #useless = false;

  constructor(engine: Engine, options: BoundsOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * Does the work of a build within the limits, or without any if none can be set.
   * @param work gets the cgroup to build in
   * Throws what the work throws; a build that failed since its memory ran out says so.
   */
  async run<T>(work: (cgroup: string | undefined) => Promise<T>): Promise<T> {
    this.#users += 1;
    clearTimeout(this.#idle);
    const holder = await this.#holder();
    try {
      return await work(holder?.cgroup);
    } catch (error) {
      throw holder ? await this.#explained(error, holder) : error;
    } finally {
      this.#users -= 1;
      if (this.#users === 0)
        this.#idle = setTimeout(() => this.close(), this.#options.idleMs ?? DEFAULT_IDLE_MS);
      this.#idle?.unref();
    }
  }

  /** Lets go of the limits; the next build sets them anew. */
  close(): void {
    clearTimeout(this.#idle);
    this.#holding?.then((holder) => holder.close()).catch(() => undefined);
    this.#holding = undefined;
  }

  async #holder(): Promise<Holder | undefined> {
    if (this.#useless) return undefined;
    try {
      if (this.#holding && !(await this.#holding).open) this.#holding = undefined;
      this.#holding ??= this.#open();
      return await this.#holding;
    } catch (error) {
      this.#holding = undefined;
      this.#tell(messageOf(error));
      return undefined;
    }
  }

  async #open(): Promise<Holder> {
    return holdBuilds(this.#engine, await this.#options.holder());
  }

  #tell(reason: string): void {
    if (!this.#told) this.#options.onUnlimited(reason);
    this.#told = true;
  }

  async #explained(error: unknown, holder: Holder): Promise<unknown> {
    if (!(error instanceof FaasoError) || error.code !== 'build_failed') return error;
    const why = CGROUP_REFUSED.test(error.message) ? this.#giveUp(error) : await this.#shortage(holder);
    if (why === undefined) return error;
    return new FaasoError('build_failed', `${error.message}\n${why}`, {
      cause: error,
      details: error.details,
    });
  }

  /** There are hosts where a build cannot run in the cgroup of a container. */
  #giveUp(error: FaasoError): string {
    this.#useless = true;
    this.#tell(error.message);
    this.close();
    return 'The limits of builds do not work with this engine and are off from now on; build again.';
  }

  async #shortage(holder: Holder): Promise<string | undefined> {
    if (!(await ranOutOfMemory(this.#engine, holder).catch(() => false))) return undefined;
    // It remembers that for ever: the next build gets a fresh one.
    this.close();
    const most = Math.round((await this.#options.holder()).memoryBytes / 1024 ** 2);
    return `A process was ended: builds had used up the ${most} MiB of memory that they may have (FAASO_BUILD_MEMORY_MIB).`;
  }
}
