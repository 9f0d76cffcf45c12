/**
 * Asks at a fixed rate, whether or not answers come: `node fixed-rate.ts RATE SECONDS BYTES URL…`. The URLs take turns,
 * each at this rate, so that what disturbs the machine disturbs all. A latency counts from when the request was to be
 * sent, so that a proxy that stalls is charged for those that had to wait (no coordinated omission).
 * Prints a line of JSON: for each URL requests, failed, and p50, p99, worst in ms.
 */
import { Worker } from 'node:worker_threads';
import { clock } from './clock.ts';
import { isRight, openAll, type Connection } from './connection.ts';
import type { Beat } from './metronome.ts';
import { percentiles } from './percentiles.ts';

const CONNECTIONS = 64;
/** What has not come by then has failed. */
const LAST_ANSWERS_MS = 10_000;

/** One URL: its free connections, the requests that wait for one, what came of the others. */
class Target {
  readonly #free: Connection[];
  readonly #bytes: number;
  readonly #waiting: number[] = [];
  readonly #latencies: Float64Array;
  #answered = 0;
  #failed = 0;

  constructor(connections: Connection[], requests: number, bytes: number) {
    this.#free = connections;
    this.#latencies = new Float64Array(requests).fill(Infinity);
    this.#bytes = bytes;
  }

  /** Asks on the connection that was free for the longest time, as soon as there is one. */
  ask(due: number): void {
    const connection = this.#free.shift();
    if (connection) void this.#ask(connection, due);
    else this.#waiting.push(due);
  }

  get isDone(): boolean {
    return this.#answered + this.#failed === this.#latencies.length;
  }

  report(): object {
    const requests = this.#latencies.length;
    return { requests, failed: requests - this.#answered, ...percentiles(this.#latencies) };
  }

  async #ask(connection: Connection, due: number): Promise<void> {
    try {
      const answer = await connection.ask();
      if (isRight(answer, this.#bytes)) this.#latencies[this.#answered++] = clock() - due;
      else this.#failed += 1;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(connection);
      else void this.#ask(connection, next);
    } catch {
      this.#failed += 1;
    }
  }
}

const [rate = NaN, seconds = NaN, bytes = NaN] = process.argv.slice(2, 5).map(Number);
const requests = rate * seconds;
const targets: Target[] = [];
for (const url of process.argv.slice(5))
  targets.push(new Target(await openAll(url, CONNECTIONS, bytes), requests, bytes));

const beat: Beat = {
  start: clock() + 200,
  interval: 1000 / (rate * targets.length),
  count: requests * targets.length,
};
let sent = 0;
new Worker(new URL('metronome.ts', import.meta.url), { workerData: beat }).on('message', (due: number) => {
  for (; sent < due; sent += 1) targets[sent % targets.length]?.ask(beat.start + sent * beat.interval);
});

const giveUpAt = beat.start + seconds * 1000 + LAST_ANSWERS_MS;
const look = setInterval(() => {
  if (clock() < giveUpAt && !targets.every((target) => target.isDone)) return;
  clearInterval(look);
  console.log(JSON.stringify(targets.map((target) => target.report())));
  process.exit();
}, 100);
