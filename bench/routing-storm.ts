/**
 * The storm beside which routing is measured: other containers that the benchmark restarts in turn, as fast as the
 * engine keeps up but not faster than a given pace, and health events that are put into the event stream on its way
 * to the proxy, since no engine on two cores could run the checks that cause them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScenarioHarness } from '../test/support/scenarios/scenario-harness.ts';
import type { BenchEngine } from './bench-engine.ts';

const HEALTH_EVENTS_PER_SECOND = 500;
const TICK_MS = 10;
/** Restarts under way at the same time, and the least time between two beginnings of one of these. */
const AT_ONCE = 2;
const PACE_MS = 500;
/** So many are started at the same time at first. */
const STARTED_AT_ONCE = 4;
/** What the proxy may still be told of after the last operation. */
const SETTLE_MS = 1_000;

/** What the storm is, for the heading. */
export const STORM =
  `${AT_ONCE} of them restarting at any time, and ${HEALTH_EVENTS_PER_SECOND} health events a second put into the event ` +
  'stream (of four, three are of a check that runs, one is of its outcome)';

/** Accepts on port 3000 within milliseconds of its start, with a few MB of memory. */
const SMALL_LISTENER = `
use Socket;
socket(S, PF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);
bind(S, sockaddr_in(3000, INADDR_ANY)); listen(S, 128);
while (accept(C, S)) { close(C) }
`;

/** What an engine sends for one check of a container's health. */
const CHECK = ['exec_create: check', 'exec_start: check', 'exec_die', 'health_status: healthy'];

export class Storm implements AsyncDisposable {
  restarts = 0;
  healthEvents = 0;
  readonly #engine: BenchEngine;
  readonly #world: ScenarioHarness;
  readonly #ids: readonly string[];
  readonly #health: NodeJS.Timeout;
  #loops: readonly Promise<void>[] = [];
  #next = 0;
  #over = false;
  readonly #since = performance.now();

  private constructor(world: ScenarioHarness, engine: BenchEngine, ids: readonly string[]) {
    this.#world = world;
    this.#engine = engine;
    this.#ids = ids;
    this.#health = setInterval(() => {
      this.#injectHealth();
    }, TICK_MS);
  }

  /** Starts the others, then the storm. */
  static async start(world: ScenarioHarness, engine: BenchEngine, others: number): Promise<Storm> {
    const ids: string[] = [];
    let next = 0;
    const startOne = async (): Promise<void> => {
      while (next < others) {
        const name = `faaso-${world.name(`other-${next++}`)}`;
        const { network, label } = world;
        const id = await engine.create({ name, network, label, command: ['perl', '-e', SMALL_LISTENER] });
        ids.push(id);
        await engine.start(id);
      }
    };
    await settledAll(Array.from({ length: STARTED_AT_ONCE }, startOne));
    const storm = new Storm(world, engine, ids);
    storm.#loops = Array.from({ length: AT_ONCE }, async () => storm.#restartInTurn());
    return storm;
  }

  /** Ends the storm; resolves when all that it caused has been told. */
  async calm(): Promise<void> {
    this.#over = true;
    clearInterval(this.#health);
    await settledAll(this.#loops);
    await sleep(SETTLE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    clearInterval(this.#health);
    // No call may be under way when the containers are removed.
    await Promise.allSettled(this.#loops);
  }

  async #restartInTurn(): Promise<void> {
    while (!this.#over) {
      const pause = sleep(PACE_MS);
      await this.#engine.restart(this.#ids[this.#next++ % this.#ids.length] ?? '');
      this.restarts += 1;
      await pause;
    }
  }

  #injectHealth(): void {
    const lines: string[] = [];
    // By the clock, not by the tick: on a busy machine ticks come late.
    const due = ((performance.now() - this.#since) * HEALTH_EVENTS_PER_SECOND) / 1000;
    while (this.healthEvents < due) {
      const index = this.healthEvents++;
      const id = this.#ids[Math.floor(index / CHECK.length) % this.#ids.length] ?? '';
      lines.push(healthEvent(id, CHECK[index % CHECK.length] ?? ''));
    }
    this.#world.middleman?.inject(lines.join(''));
  }
}

function healthEvent(id: string, action: string): string {
  const event = {
    Type: 'container',
    Action: action,
    Actor: { ID: id, Attributes: {} },
    timeNano: Date.now() * 1e6,
  };
  return `${JSON.stringify(event)}\n`;
}

/** As Promise.all, but fails only once nothing is under way any more. */
async function settledAll(works: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}
