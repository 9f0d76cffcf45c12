/** Keeps the engine's build cache within its budget, behind the back of those who build: the engine takes its time for it. */
import { pruneBuildCache } from '../../docker/buildkit/build-cache.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { messageOf } from '../../errors.ts';

export interface CacheBudgetOptions {
  /** How large it may be, in bytes. */
  readonly bytes: number;
  /** Hears why it could not be cut. */
  readonly onTrouble: (reason: string) => void;
}

export class CacheBudget {
  readonly #engine: Engine;
  readonly #options: CacheBudgetOptions;
  #wanted = false;
  #cutting: Promise<void> | undefined;

  constructor(engine: Engine, options: CacheBudgetOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** The cache has grown: cuts it soon. Resolves when that is done; nobody needs to wait for it. Never rejects. */
  async grown(): Promise<void> {
    this.#wanted = true;
    this.#cutting ??= this.#cut().finally(() => (this.#cutting = undefined));
    await this.#cutting;
  }

  /** However many builds end meanwhile, it is cut once more. */
  async #cut(): Promise<void> {
    while (this.#wanted) {
      this.#wanted = false;
      await this.#cutOnce().catch((error: unknown) => {
        this.#options.onTrouble(messageOf(error));
      });
    }
  }

  /**
   * BuildKit keeps what was used often as well as what was used lately: what was just built for the first time could go before what
   * nobody needs any more. So that is cut last, where the rest does not suffice.
   */
  async #cutOnce(): Promise<void> {
    await pruneBuildCache(this.#engine, this.#options.bytes, { unusedHours: 1 });
    await pruneBuildCache(this.#engine, this.#options.bytes);
  }
}
