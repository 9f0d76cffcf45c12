/** A funko under steady load that is deployed, rolled back and scaled: what is counted is what its clients saw. */
import type { FunkoApi, RollOutOptions, UpEvent } from '../../../src/api/funko-api.ts';
import { Load, type Counts, type LoadOptions } from './load.ts';
import { versionOf } from './versions.ts';

export interface RolloutHarnessOptions {
  readonly funkos: FunkoApi;
  /** Where the proxy answers, without a slash at the end. */
  readonly url: string;
  readonly name: string;
  readonly load: Omit<LoadOptions, 'url' | 'drainMs'>;
  readonly drainSeconds: number;
  readonly rollOut: RollOutOptions;
  /** Labels of all that is made. */
  readonly labels?: readonly string[];
}

export class RolloutHarness {
  readonly #options: RolloutHarnessOptions;
  readonly #load: Load;
  /** The version that runs, and the newest, by number. */
  #current = 1;
  #newest = 1;

  private constructor(options: RolloutHarnessOptions) {
    const { name, url, drainSeconds } = options;
    this.#options = options;
    const drainMs = drainSeconds * 1000;
    this.#load = new Load({ ...options.load, url: `${url}/funko/${name}/`, drainMs }, 'v1');
  }

  /** Puts the first version into service, then the load on it. */
  static async begin(options: RolloutHarnessOptions): Promise<RolloutHarness> {
    await build(options, 1);
    await options.funkos.up({ name: options.name, steadyMs: 0 }, () => undefined);
    return new RolloutHarness(options);
  }

  get counts(): Counts {
    return this.#load.counts;
  }

  /** Builds the next version and puts it into service. */
  async deploy(rollOut: RollOutOptions = {}): Promise<void> {
    await build(this.#options, ++this.#newest);
    await this.#to(this.#newest, rollOut);
  }

  /** Back to the version before the one that runs. */
  async rollback(): Promise<void> {
    const { funkos, name, rollOut } = this.#options;
    await this.#between(this.#current - 1, async (onEvent) => funkos.rollback({ name, ...rollOut }, onEvent));
  }

  /** To a version that there is. */
  async up(version: number): Promise<void> {
    await this.#to(version, {});
  }

  async scale(count: number): Promise<void> {
    const { funkos, name, rollOut } = this.#options;
    await this.#between(this.#current, async (onEvent) => funkos.scale({ name, count, ...rollOut }, onEvent));
  }

  get newest(): number {
    return this.#newest;
  }

  /** Ends the load. */
  async end(): Promise<Counts> {
    return this.#load.stop();
  }

  async #to(version: number, more: RollOutOptions): Promise<void> {
    const { funkos, name, rollOut } = this.#options;
    const request = { name, version: `v${version}`, ...rollOut, ...more };
    await this.#between(version, async (onEvent) => funkos.up(request, onEvent));
  }

  async #between(
    version: number,
    work: (onEvent: (event: UpEvent) => void) => Promise<unknown>,
  ): Promise<void> {
    const { funkos, name } = this.#options;
    const { instances } = await funkos.show(name);
    const ids = new Map(instances.map((instance) => [instance.name, instance.id]));
    this.#load.allow(`v${this.#current}`, `v${version}`);
    await work((event) => {
      if (event.type === 'draining') this.#load.streams.drains(ids.get(event.instance) ?? '');
    });
    this.#current = version;
    this.#load.allow(`v${version}`);
  }
}

async function build(
  { funkos, name, drainSeconds, labels = [] }: RolloutHarnessOptions,
  version: number,
): Promise<void> {
  const request = await versionOf(name, `v${version}`, { drain: drainSeconds, labels });
  await funkos.build(request, () => undefined);
}
