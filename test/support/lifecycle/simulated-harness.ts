/** Funkos on a simulated engine: operations in milliseconds, which can be cut off at each call that changes something. */
import { Engine } from '../../../src/docker/engine/engine.ts';
import { FaasoError } from '../../../src/errors.ts';
import { containerOf } from '../../../src/docker/containers.ts';
import { routedInstanceOf } from '../../../src/lifecycle/state/routed-instance.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { RoutedInstance, Traffic } from '../../../src/lifecycle/traffic.ts';
import { PROGRAM, type Program } from '../simulated-engine/commands.ts';
import { isAlive, type SimulatedContainer } from '../simulated-engine/model.ts';
import { SimulatedEngine, type Fate } from '../simulated-engine/server.ts';
import { inspectShape } from '../simulated-engine/shapes.ts';
import { LABEL } from '../../../src/funko/naming/labels.ts';

export const NETWORK = 'simulated-net';

/** What of a funko must outlive a crash: numbers of instances may differ, so containers are shown without them. */
export interface Picture {
  /** `v2 running`, one for each container, sorted. */
  readonly containers: readonly string[];
  /** Sorted, each with the version whose image has it. */
  readonly tags: readonly string[];
}

export class SimulatedHarness implements AsyncDisposable {
  readonly simulated: SimulatedEngine;
  readonly engine: Engine;
  funkos: EngineFunkos;
  /** The calls that changed something, in their order. */
  readonly changes: string[] = [];
  readonly #traffic: Traffic;

  private constructor(simulated: SimulatedEngine) {
    this.simulated = simulated;
    this.engine = new Engine({ socketPath: simulated.socketPath });
    this.#traffic = new SimulatedTraffic(simulated);
    this.funkos = this.#process();
  }

  static async open(): Promise<SimulatedHarness> {
    return new SimulatedHarness(await SimulatedEngine.start());
  }

  /** The next version of a funko, as a build leaves it. */
  version(name: string, program: Program = 'serves', settings: object = {}): void {
    const number =
      1 + this.simulated.images.all().filter(({ labels }) => labels[LABEL.funko] === name).length;
    const manifest = { name, runtime: null, options: {}, env: {}, ...settings };
    this.simulated.images.add([`faaso-${name}:v${number}`, `faaso-${name}:latest`], {
      [LABEL.funko]: name,
      [LABEL.version]: `v${number}`,
      [LABEL.network]: NETWORK,
      [LABEL.manifest]: JSON.stringify(manifest),
      [PROGRAM]: program,
    });
  }

  /** From now on this is done with each call that changes something; its number counts from 1. */
  decide(fate: (number: number) => Fate): void {
    this.changes.length = 0;
    this.simulated.fate = (call) => fate(this.changes.push(call));
  }

  /**
   * Kills the process that works here at a call, whose fate this is: from then on it reaches the engine no more.
   * @param at the number of the call from now on, from 1
   */
  killAt(at: number, fate: Extract<Fate, 'lost' | 'unheard'>): void {
    this.decide((number) => {
      if (number < at) return 'done';
      this.simulated.isDead = true;
      this.simulated.streams.cut();
      return fate;
    });
  }

  /** The next process: it finishes or undoes what was cut off. */
  async next(): Promise<void> {
    this.simulated.isDead = false;
    this.decide(() => 'done');
    this.funkos = this.#process();
    const wrong: Error[] = [];
    await this.funkos.settle((_, outcome) => {
      if (outcome instanceof Error) wrong.push(outcome);
    });
    if (wrong.length > 0) throw new AggregateError(wrong, `not settled: ${wrong.map(String).join('; ')}`);
  }

  picture(): Picture {
    const containers = [...this.simulated.model.containers.values()];
    const tags = this.simulated.images
      .all()
      .flatMap((image) => [...image.tags].map((tag) => `${tag} = ${image.labels[LABEL.version] ?? ''}`));
    return {
      containers: containers
        .map(({ labels, status, name }) => {
          const worker = labels[LABEL.worker];
          const kind = name.includes('_v') ? ' preview' : worker === undefined ? '' : ` ${worker}`;
          return `${labels[LABEL.version] ?? ''}${kind} ${status}`;
        })
        .sort(),
      tags: tags.sort(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulated[Symbol.asyncDispose]();
  }

  #process(): EngineFunkos {
    const { engine } = this;
    return new EngineFunkos({ engine, network: NETWORK, traffic: this.#traffic, kind: 'server' });
  }
}

/** What serves is ready at once; what hangs never is. */
class SimulatedTraffic implements Traffic {
  readonly #simulated: SimulatedEngine;

  constructor(simulated: SimulatedEngine) {
    this.#simulated = simulated;
  }

  async waitReady(id: string, signal: AbortSignal): Promise<void> {
    const container = this.#simulated.model.containers.get(id);
    if (!container || !isAlive(container)) throw new FaasoError('not_ready', 'it has ended.');
    if (container.labels[PROGRAM] !== 'hangs') return;
    await new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  }

  async drain(): Promise<void> {
    await Promise.resolve();
  }

  resume(): void {
    // It gets requests again: nobody sends any.
  }

  async readSplits(): Promise<void> {
    await Promise.resolve();
  }

  async instances(): Promise<readonly RoutedInstance[]> {
    const all = [...this.#simulated.model.containers.values()].map(seen);
    return Promise.resolve(all.filter((each) => each !== undefined));
  }
}

function seen(container: SimulatedContainer): RoutedInstance | undefined {
  return routedInstanceOf(containerOf(inspectShape(container) as Parameters<typeof containerOf>[0]), NETWORK);
}
