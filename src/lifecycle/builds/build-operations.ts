/** Builds on an engine: in their turn, and what they leave behind kept within bounds. */
import { availableParallelism } from 'node:os';
import type { Engine } from '../../docker/engine/engine.ts';
import { listImages } from '../../docker/images.ts';
import { messageOf } from '../../errors.ts';
import { DEFAULT_KEPT_VERSIONS } from '../../funko/defaults.ts';
import type { BuildLimits } from './build-limits.ts';
import { BuildQueue, type QueuePlace } from './build-queue.ts';
import type { CacheBudget } from './cache-budget.ts';
import { setEnv } from '../operations/env.ts';
import type { EnvRequest, EnvResult } from '../../api/env-request.ts';
import { saysNothingNew } from '../state/content.ts';
import type { BuildRequest, BuildResult, BuildingEvent } from '../../api/funko-api.ts';
import { discardUntagged, pruneVersions, type Tidiness } from '../operations/prune.ts';
import type { OperationContext } from '../context.ts';
import { versionsOf } from '../state/version-list.ts';

export interface BuildPolicy {
  /** How many builds run at a time, but for long ones that have made room (`BuildQueue`). */
  readonly atOnce: number;
  /** How many more may wait. */
  readonly mostWaiting: number;
  /** How many of a funko's newest versions stay, whatever else does. */
  readonly keepVersions: number;
  /** How much a funko's versions may take after a build, in bytes, if enough of them can go; 0: as much as they like. */
  readonly versionsBytes: number;
  /** How large a `prune` leaves the engine's build cache, in bytes, if it is not told otherwise. */
  readonly cacheBytes: number;
  /** Hears of builds that ended; nobody cuts the build cache after a build if absent. */
  readonly cache?: CacheBudget;
  /** What builds may take of the machine; all of it if absent. */
  readonly limits?: BuildLimits;
}

/** As many builds as there are cores; at least two, so that small ones are not stuck behind large ones. */
export function buildsAtOnce(): number {
  return Math.max(2, availableParallelism());
}

export const DEFAULT_BUILD_POLICY: BuildPolicy = {
  atOnce: buildsAtOnce(),
  mostWaiting: 20,
  keepVersions: DEFAULT_KEPT_VERSIONS,
  versionsBytes: 0,
  cacheBytes: 10 * 1024 ** 3,
};

/** Does work when nobody else is at the funko. */
type InTurn = <T>(funko: string, work: () => Promise<T>) => Promise<T>;

export class Builds {
  readonly #engine: Engine;
  readonly #network: string;
  readonly #policy: BuildPolicy;
  readonly #inTurn: InTurn;
  readonly #queue: BuildQueue;

  constructor(
    { engine, network }: Pick<OperationContext, 'engine' | 'network'>,
    policy: BuildPolicy,
    inTurn: InTurn,
  ) {
    this.#engine = engine;
    this.#network = network;
    this.#policy = policy;
    this.#inTurn = inTurn;
    this.#queue = new BuildQueue(policy);
  }

  /** Whether a build of this funko runs or waits. */
  isBusy(funko: string): boolean {
    return this.#queue.has(funko);
  }

  get #tidiness(): Tidiness {
    return { keep: this.#policy.keepVersions, bytes: this.#policy.versionsBytes };
  }

  /** As `Funkos.build`. */
  async build(
    request: BuildRequest,
    onEvent: (event: BuildingEvent) => void,
    signal?: AbortSignal,
  ): Promise<BuildResult> {
    // A context that breaks while its turn has not come is told by the read that follows, or by the signal.
    request.context.on('error', () => undefined);
    const onPlace = (place: QueuePlace): void => onEvent({ type: 'queued', ...place });
    const work = async (): Promise<BuildResult> => this.#build(request, onEvent, signal);
    const funko = request.manifest.name;
    try {
      const isLight = await this.#isLight(request, signal);
      return await this.#queue.run(funko, work, { onPlace, signal, isLight });
    } finally {
      request.context.destroy();
    }
  }

  /** As `Funkos.env`, to change it: no build of the funko runs beside it. */
  async setEnv(site: OperationContext, request: EnvRequest, signal?: AbortSignal): Promise<EnvResult> {
    const { name } = request;
    const inTurn = async (setTags: () => Promise<void>): Promise<void> =>
      this.#inTurn(name, async () => {
        await setTags();
        // A failed clean-up does not fail the change.
        await pruneVersions(this.#engine, name, this.#tidiness).catch(() => undefined);
      });
    const work = async (): Promise<EnvResult> => setEnv(site, request, { inTurn, signal });
    return this.#queue.run(name, work, { onPlace: () => undefined, signal, isLight: true });
  }

  /** Whether nothing is to be built, so that it need not wait for room; only asked where it would. */
  async #isLight(request: BuildRequest, signal: AbortSignal | undefined): Promise<boolean> {
    const funko = request.manifest.name;
    if (request.content === undefined || this.#queue.has(funko) || this.#queue.hasRoomFor(funko))
      return false;
    const [newest] = versionsOf(funko, await listImages(this.#engine, {}, signal));
    return saysNothingNew(request, newest) && !this.#queue.has(funko);
  }

  async #build(
    request: BuildRequest,
    onEvent: (event: BuildingEvent) => void,
    signal: AbortSignal | undefined,
  ): Promise<BuildResult> {
    const funko = request.manifest.name;
    let removed: readonly string[] = [];
    // Only its tags concern the funko's other work, which need not wait for all of a build, or for its turn.
    const inTurn = async (setTags: () => Promise<void>): Promise<void> =>
      this.#inTurn(funko, async () => {
        await setTags();
        removed = await pruneVersions(this.#engine, funko, this.#tidiness).catch(warning(onEvent));
        await discardUntagged(this.#engine, funko).catch(warning(onEvent));
      });
    const { limits, cache } = this.#policy;
    // What speaks to BuildKit takes long to load, and only builds need it.
    const { buildVersion } = await import('./build-version.ts');
    const options = { onEvent, inTurn, signal, limits, network: this.#network };
    const result = await buildVersion(this.#engine, request, options);
    if (!result.unchanged) void cache?.grown();
    return { ...result, removed };
  }
}

/** A failed clean-up does not fail a build that succeeded. */
function warning(onEvent: (event: BuildingEvent) => void): (error: unknown) => [] {
  return (error) => {
    onEvent({ type: 'warning', message: `Tidying up after the build failed: ${messageOf(error)}` });
    return [];
  };
}
