/** One container that is started and killed again and again, under requests through the proxy, and the clock beside it. */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScenarioHarness } from '../test/support/scenarios/scenario-harness.ts';
import type { BenchEngine } from './bench-engine.ts';

/** In ms. The clock is the machine's, which the engine and the containers share. */
export interface Round {
  readonly startToAnswer: number;
  readonly acceptToAnswer: number;
  /** 0 if none was sent after the kill. */
  readonly killToLast: number;
}

/** Requests go on for this long before a kill and after it, so that the last one sent to the dead container is seen. */
const BEFORE_KILL_MS = 20;
const AFTER_KILL_MS = 150;
/** Clients that ask one after the other, with 1 ms between: together about a thousand requests a second. */
const ASKING_AT_ONCE = 2;

/** Answers with the moment from which its port accepted, in ms since 1970. */
const LISTENER = `
const http = require('node:http');
let since;
http.createServer((q, r) => r.end(String(since))).listen(3000, () => { since = performance.timeOrigin + performance.now(); });
`;

interface Asked {
  /** When the request was sent and when its answer was there, in ms since 1970. */
  readonly sent: number;
  readonly answered: number;
  /** 0: the connection broke. */
  readonly status: number;
  readonly body: string;
}

const now = (): number => performance.timeOrigin + performance.now();

export class Rounds {
  readonly #engine: BenchEngine;
  readonly #url: string;
  readonly #id: string;

  private constructor(engine: BenchEngine, url: string, id: string) {
    this.#engine = engine;
    this.#url = url;
    this.#id = id;
  }

  /** Creates the container; the world takes it away. */
  static async prepare(world: ScenarioHarness, engine: BenchEngine, funko: string): Promise<Rounds> {
    const { network, label } = world;
    const command = ['node', '-e', LISTENER];
    const id = await engine.create({ name: `faaso-${funko}`, network, label, command });
    return new Rounds(engine, `${world.url}/funko/${funko}/`, id);
  }

  async next(): Promise<Round> {
    const agent = new Agent({ keepAlive: true });
    try {
      const engine = this.#engine;
      const starts = engine.next('start', this.#id);
      const [first, startedAt] = await Promise.all([
        this.#untilAnswered(agent),
        starts,
        engine.start(this.#id),
      ]);
      const load = this.#ask(agent);
      await sleep(BEFORE_KILL_MS);
      const [killedAt] = await Promise.all([
        engine.next('kill', this.#id),
        engine.next('die', this.#id),
        engine.kill(this.#id),
      ]);
      await sleep(AFTER_KILL_MS);
      const last = Math.max(0, ...(await load.stop()).filter(wasSentToIt).map(({ sent }) => sent - killedAt));
      return {
        startToAnswer: first.answered - startedAt,
        acceptToAnswer: first.answered - Number(first.body),
        killToLast: last,
      };
    } finally {
      agent.destroy();
    }
  }

  async #untilAnswered(agent: Agent): Promise<Asked> {
    for (;;) {
      const asked = await ask(this.#url, agent);
      if (asked.status === 200) return asked;
      await sleep(1);
    }
  }

  /** Asks until stopped; gives all that was asked. */
  #ask(agent: Agent): { stop(): Promise<Asked[]> } {
    const asked: Asked[] = [];
    let over = false;
    const loops = Array.from({ length: ASKING_AT_ONCE }, async () => {
      while (!over) {
        asked.push(await ask(this.#url, agent));
        await sleep(1);
      }
    });
    return {
      stop: async () => {
        over = true;
        await Promise.all(loops);
        return asked;
      },
    };
  }
}

/** 503 and 404 are the proxy's own; anything else it has tried to get from the container, though it was refused. */
function wasSentToIt({ status }: Asked): boolean {
  return status !== 503 && status !== 404;
}

async function ask(url: string, agent: Agent): Promise<Asked> {
  const sent = now();
  return new Promise((resolve) => {
    const failed = (): void => {
      resolve({ sent, answered: now(), status: 0, body: '' });
    };
    get(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => {
        resolve({ sent, answered: now(), status: response.statusCode ?? 0, body });
      });
      response.once('error', failed);
    }).once('error', failed);
  });
}
