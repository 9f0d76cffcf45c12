/**
 * A funko on an engine of its own, with which something is done while the proxy's parent, a worker or the engine is killed.
 * After the restart it must stand as before or as it was to be; as it was to be if that was acknowledged; and nothing
 * else may be left.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerFunkos } from '../../src/lifecycle/server-funkos.ts';
import { versionOf } from '../life/versions.ts';
import { SecondEngine } from '../scenarios/second-engine.ts';
import { World } from '../scenarios/world.ts';
import { Dice } from '../simulated-engine/dice.ts';
import { anyAct, type Act, type State } from './acts.ts';
import { Remains, wordsOf } from './remains.ts';

export type Victim = 'parent' | 'worker' | 'engine' | 'parent and engine';

export interface Run {
  readonly seed: number;
  readonly act: string;
  readonly victim: Victim;
  /** When it was killed, in ms after the act began. */
  readonly delayMs: number;
  readonly acknowledged: boolean;
  /** How it stood in the end. */
  readonly state: string;
  /** What is wrong; undefined if nothing is. */
  readonly wrong: string | undefined;
  readonly seconds: number;
}

const VICTIMS: readonly Victim[] = [
  'parent',
  'parent',
  'parent',
  'worker',
  'worker',
  'engine',
  'engine',
  'parent and engine',
];
/** A roll-out takes about so long where nothing disturbs it. */
const LATEST_KILL_MS = 2_500;
const SETTLED_WITHIN_MS = 30_000;
const DRAIN = 0.2;

export class Chaos implements AsyncDisposable {
  readonly #engine: SecondEngine;
  readonly #world: World;
  readonly #name: string;
  readonly #remains: Remains;
  /** How many instances each version asks for. */
  #counts = [1, 2, 1];
  #state: State = null;

  private constructor(engine: SecondEngine, world: World) {
    this.#engine = engine;
    this.#world = world;
    this.#name = world.name('chaos');
    this.#remains = new Remains(world, this.#name);
  }

  static async start(): Promise<Chaos> {
    const engine = await SecondEngine.start();
    let world: World | undefined;
    try {
      world = await World.start({ enginePath: engine.socketPath });
      const chaos = new Chaos(engine, world);
      await chaos.#prepare();
      return chaos;
    } catch (error) {
      await world?.[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Does one thing and kills something meanwhile. After a run that went wrong all is made good for the next. */
  async run(seed: number): Promise<Run> {
    const since = performance.now();
    const dice = new Dice(seed);
    const before = this.#state;
    const act = anyAct(dice, before, this.#counts);
    const victim = dice.one(VICTIMS);
    const delayMs = dice.below(LATEST_KILL_MS);
    const acting = act.run(this.#funkos, this.#name).then(
      () => true,
      () => false,
    );
    await Promise.race([sleep(delayMs), acting.then(async () => sleep(dice.below(50)))]);
    await this.#kill(victim, dice);
    const acknowledged = await acting;
    const wrong = await this.#settled(act, before, acknowledged).catch(String);
    const seconds = (performance.now() - since) / 1000;
    const run = {
      seed,
      act: act.title,
      victim,
      delayMs,
      acknowledged,
      state: wordsOf(this.#state),
      wrong,
      seconds,
    };
    if (wrong !== undefined) await this.#mend();
    return run;
  }

  get log(): string {
    return this.#world.log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world[Symbol.asyncDispose]();
    await this.#engine[Symbol.asyncDispose]();
  }

  get #funkos(): ServerFunkos {
    return new ServerFunkos({ url: this.#world.url, token: this.#world.token });
  }

  async #prepare(): Promise<void> {
    for (const [index, count] of this.#counts.entries()) {
      const options = { drain: DRAIN, scale: count, labels: [this.#world.label] };
      await this.#funkos.build(await versionOf(this.#name, `v${index + 1}`, options), () => undefined);
    }
  }

  async #kill(victim: Victim, dice: Dice): Promise<void> {
    if (victim === 'worker') {
      process.kill(dice.one(await this.#world.workers()), 'SIGKILL');
      return;
    }
    const kills = [
      ...(victim === 'engine' ? [] : [async () => this.#world.stopProxy('SIGKILL')]),
      ...(victim === 'parent' ? [] : [async () => this.#engine.kill()]),
    ];
    await Promise.all(kills.map(async (kill) => kill()));
    if (victim !== 'parent') await this.#engine.boot();
    if (victim !== 'engine') this.#world.startProxy();
  }

  /** Waits until all is as it must be; what is wrong if it does not come to that. */
  async #settled(act: Act, before: State, acknowledged: boolean): Promise<string | undefined> {
    await this.#world.inStep();
    const legal = acknowledged ? [act.after] : [before, act.after];
    const giveUpAt = performance.now() + SETTLED_WITHIN_MS;
    let found = '';
    while (performance.now() < giveUpAt) {
      // Behind all other work on the funko: what comes after is not disturbed by what went before.
      await this.#funkos.prune({ funkos: [this.#name], keep: 50 }).catch(() => undefined);
      found = '';
      for (const state of legal) {
        const wrong = await this.#remains.differences(state);
        if (wrong === undefined) return this.#became(act, state);
        found += `\n  not ${wordsOf(state)}: ${wrong}`;
      }
      await sleep(50);
    }
    return `a state that may not be:${found}`;
  }

  async #became(act: Act, state: State): Promise<undefined> {
    this.#state = state;
    if (state === null) return;
    if (act.title.startsWith('scale')) this.#counts[state.version - 1] = state.count;
    const answers = `v${state.version}`;
    await this.#world.until(
      `/funko/${this.#name}/`,
      ({ status, body }) => status === 200 && body === answers,
    );
  }

  async #mend(): Promise<void> {
    await this.#world.inStep();
    await this.#funkos.remove(this.#name).catch(() => undefined);
    await this.#remains.clear();
    this.#counts = [1, 2, 1];
    this.#state = null;
    await this.#prepare();
  }
}
