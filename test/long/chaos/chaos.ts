/**
 * A funko on an engine of its own, with which something is done while the proxy's parent, a worker or the engine is killed.
 * After the restart it must stand as before or as it was to be; as it was to be if that was acknowledged; and nothing
 * else may be left.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { SecondEngine } from '../../support/scenarios/second-engine.ts';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';
import { Dice } from '../../support/simulated-engine/dice.ts';
import { anyAct, build, type Act, type Subject } from './acts.ts';
import { Remains } from './remains.ts';
import { NOTHING, isSame, servingOf, wordsOf, type Known } from './state.ts';

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
/** Most acts take about so long where nothing disturbs them … */
const SOON_MS = 700;
/** … and no one takes longer than this. */
const LATEST_KILL_MS = 2_500;
const SETTLED_WITHIN_MS = 30_000;
/** What was not acknowledged may go on for so long without anybody asking for it. */
const QUIET_MS = { build: 1_500, other: 200 };
const FIRST_VERSIONS = 3;
const ENV = { FAASO_KEEP_VERSIONS: '50', FAASO_LOG_LEVEL: 'info' };
/** What the parent logs when it has ended what was cut off, after its own start and the engine's. */
const TIDIED = 'checked for interrupted operations';
/** Its warnings and errors. */
const LOUD = /^\{"level":[456]0/;

export class Chaos implements AsyncDisposable {
  readonly #engine: SecondEngine;
  readonly #world: ScenarioHarness;
  readonly #subject: Subject;
  readonly #remains: Remains;
  #state = NOTHING;
  #isBroken = false;

  private constructor(engine: SecondEngine, world: ScenarioHarness, subject: Subject, remains: Remains) {
    this.#engine = engine;
    this.#world = world;
    this.#subject = subject;
    this.#remains = remains;
  }

  static async start(): Promise<Chaos> {
    const engine = await SecondEngine.start();
    let world: ScenarioHarness | undefined;
    try {
      world = await ScenarioHarness.start({ enginePath: engine.socketPath, env: ENV });
      const subject = { name: world.name('chaos'), labels: [world.label] };
      const chaos = new Chaos(engine, world, subject, await Remains.of(world, subject.name));
      await chaos.#prepare();
      return chaos;
    } catch (error) {
      await world?.[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Does one thing and kills something meanwhile. What went wrong in the run before is made good first. */
  async run(seed: number): Promise<Run> {
    if (this.#isBroken) await this.#fix();
    const since = performance.now();
    const dice = new Dice(seed);
    const before = this.#state;
    const act = anyAct(dice, before, this.#subject);
    const victim = dice.one(VICTIMS);
    const delayMs = dice.below(dice.chance(0.8) ? SOON_MS : LATEST_KILL_MS);
    const acting = act.run(this.#funkos).then(
      () => true,
      () => false,
    );
    await Promise.race([sleep(delayMs), acting.then(async () => sleep(dice.below(50)))]);
    const tidied = this.#timesTidied + (victim === 'worker' ? 0 : 1);
    await this.#kill(victim, dice);
    const acknowledged = await acting;
    const wrong = await this.#settled(act, before, acknowledged, tidied).catch(String);
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
    this.#isBroken = wrong !== undefined;
    return run;
  }

  /** The last warnings and errors of the proxy. */
  get log(): string {
    return this.#world.log
      .split('\n')
      .filter((line) => LOUD.test(line))
      .slice(-15)
      .join('\n');
  }

  get #timesTidied(): number {
    return this.#world.log.split(TIDIED).length - 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world[Symbol.asyncDispose]();
    await this.#engine[Symbol.asyncDispose]();
  }

  get #funkos(): ServerFunkos {
    return new ServerFunkos({ url: this.#world.url, token: this.#world.token });
  }

  async #prepare(): Promise<void> {
    const dice = new Dice(FIRST_VERSIONS);
    for (let built = 0; built < FIRST_VERSIONS; built += 1) {
      const { run, after } = build(dice, this.#state, this.#subject);
      await run(this.#funkos);
      this.#state = after;
    }
  }

  async #kill(victim: Victim, dice: Dice): Promise<void> {
    if (victim === 'worker') {
      // One that was killed before may not have been replaced yet.
      for (;;) {
        const workers = await this.#world.workers();
        if (workers.length > 0) return void process.kill(dice.one(workers), 'SIGKILL');
        await sleep(10);
      }
    }
    const kills = [
      ...(victim === 'engine' ? [] : [async () => this.#world.stopProxy('SIGKILL')]),
      ...(victim === 'parent' ? [] : [async () => this.#engine.kill()]),
    ];
    await Promise.all(kills.map(async (kill) => kill()));
    if (victim !== 'parent') await this.#engine.boot();
    if (victim !== 'engine') this.#world.startProxy();
  }

  /**
   * Waits until all is as it must be; what is wrong if it does not come to that.
   * @param tidied how often the parent must have ended by then what was cut off
   */
  async #settled(
    act: Act,
    before: Known,
    acknowledged: boolean,
    tidied: number,
  ): Promise<string | undefined> {
    await this.#world.inStep();
    const { after, almost = after } = act;
    const legal = acknowledged ? [after] : [before, after, almost];
    const quietMs = act.title.startsWith('build') ? QUIET_MS.build : QUIET_MS.other;
    const giveUpAt = performance.now() + SETTLED_WITHIN_MS;
    let wrong = '';
    while (performance.now() < giveUpAt) {
      const found = await this.#found(legal);
      wrong = found.wrong;
      // Before that it may still be as it was, and change by itself.
      if (found.state && this.#timesTidied >= tidied) {
        if (!acknowledged) await sleep(quietMs);
        const again = await this.#found([found.state]);
        if (again.state) return this.#became(again.state);
      }
      await sleep(50);
    }
    return `${wrong}\n  allowed was: ${legal.map(wordsOf).join('\n  or: ')}`;
  }

  /** Which of these states it is in. */
  async #found(legal: readonly Known[]): Promise<{ state: Known | undefined; wrong: string }> {
    // Behind all other work on the funko: what comes after is not disturbed by what went before.
    await this.#funkos.prune({ funkos: [this.#subject.name], keep: 50 }).catch(() => undefined);
    const { state, orphans } = await this.#remains.look();
    const isLegal = (known: Known): boolean => orphans.length === 0 && isSame(known, state);
    const left = orphans.length === 0 ? '' : `, left over: ${orphans.join(', ')}`;
    return { state: legal.find(isLegal), wrong: `${wordsOf(state)}${left}` };
  }

  /** What serves answers. */
  async #became(state: Known): Promise<undefined> {
    this.#state = state;
    const { name } = this.#subject;
    const served = servingOf(state).map((version) => `v${version}`);
    const path = `/funko/${name}`;
    if (served.length > 0)
      await this.#world.until(`${path}/`, ({ status, body }) => status === 200 && served.includes(body));
    for (const version of state.previews)
      await this.#world.until(
        `${path}@v${version}/`,
        ({ status, body }) => status === 200 && body === `v${version}`,
      );
  }

  async #fix(): Promise<void> {
    await this.#world.inStep();
    await this.#funkos.remove(this.#subject.name).catch(() => undefined);
    await this.#remains.clear();
    this.#state = NOTHING;
    await this.#prepare();
  }
}
