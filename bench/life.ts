/**
 * The life of a funko under steady load, and how soon a new version answers: `npm run bench:life`. What can be set:
 * DEPLOYS (50), ROLLBACKS (20), SCALES (5, each up to 3 instances and down again), SLOW (10 deploys with a slow engine, half as many
 * rollbacks, two scales), ROUNDS (50, of the times). Ends within about ten minutes: a part that takes longer than its time
 * is cut short, and its row says how much was done. What it prints is Markdown; any failure is told, and makes it fail.
 */
import { ServerFunkos } from '../src/lifecycle/server-funkos.ts';
import { Life } from '../test/life/life.ts';
import type { Counts } from '../test/life/load.ts';
import { removeFunko } from '../test/life/remove-funko.ts';
import { World } from '../test/scenarios/world.ts';
import { figuresOf, row } from './figures.ts';
import { Times } from './life/times.ts';

const count = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const DEPLOYS = count('DEPLOYS', 50);
const ROLLBACKS = count('ROLLBACKS', 20);
const SCALES = count('SCALES', 5);
const SLOW = count('SLOW', 10);
const ROUNDS = count('ROUNDS', 50);
const PART_MS = 240_000;
/** How long streams keep an instance that is to go, in seconds. */
const DRAIN = 1;
const SLOW_MS = { answers: 150, events: 300 };

/** Aborted by Ctrl-C: everything stops where it is, and is taken away. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!stop.signal.aborted) console.error('\nstopped: taking everything away …');
    stop.abort(new Error('stopped'));
  });
}

try {
  await main();
} catch (error) {
  if (!stop.signal.aborted) throw error;
  process.exitCode = 130;
}

async function main(): Promise<void> {
  console.log('\nUnder steady load:\n');
  console.log(row(['', 'done', 'requests', 'uploads', 'streams ended', 'failed']));
  console.log('|---|---|---|---|---|---|');
  await underLoad('load', undefined, [
    ['deploys', DEPLOYS, async (life) => life.deploy()],
    [
      'rollbacks and back',
      ROLLBACKS,
      async (life, index) => (index % 2 === 0 ? life.rollback() : life.up(life.newest)),
    ],
    ['scaled to 3 and to 1', SCALES, async (life) => (await life.scale(3), life.scale(1))],
    [
      'deploys of 2 instances',
      Math.ceil(DEPLOYS / 10),
      async (life, index) => (await life.scale(2), life.deploy({ surge: index % 2 === 1 })),
    ],
  ]);
  await underLoad('slow', SLOW_MS, [
    ['slow engine: deploys', SLOW, async (life) => life.deploy()],
    [
      'slow engine: rollbacks',
      SLOW / 2,
      async (life, index) => (index % 2 === 0 ? life.rollback() : life.up(life.newest)),
    ],
    [
      'slow engine: scaled to 2 and to 1',
      Math.ceil(SLOW / 5),
      async (life) => (await life.scale(2), life.scale(1)),
    ],
  ]);
  console.log(`\nA slow engine's answers are ${SLOW_MS.answers} ms late, its events ${SLOW_MS.events} ms.`);
  await times();
}

type Part = readonly [title: string, times: number, work: (life: Life, index: number) => Promise<unknown>];

async function underLoad(
  word: string,
  slowMs: typeof SLOW_MS | undefined,
  parts: readonly Part[],
): Promise<void> {
  stop.signal.throwIfAborted();
  await using world = await World.start({ middleman: slowMs !== undefined });
  const name = world.name(word);
  await using _left = removeFunko(name);
  const life = await Life.begin({
    funkos: new ServerFunkos({ url: world.url, token: world.token }),
    url: world.url,
    name,
    load: { kept: 4, fresh: 2, uploads: 2, pauseMs: 5 },
    drainSeconds: DRAIN,
    rollOut: { steadyMs: 200 },
    labels: [world.label],
  });
  try {
    if (world.middleman && slowMs) world.middleman.slowMs = slowMs;
    for (const part of parts) await inTime(part, life);
  } finally {
    const { failed, failures } = await life.end();
    for (const failure of failures) console.log(`- ${failure}`);
    if (failed > 0) process.exitCode = 1;
  }
}

async function inTime([title, wanted, work]: Part, life: Life): Promise<void> {
  const before = life.counts;
  const giveUpAt = performance.now() + PART_MS;
  let done = 0;
  while (done < wanted && performance.now() < giveUpAt) {
    stop.signal.throwIfAborted();
    await work(life, done);
    done += 1;
  }
  const since = (of: (counts: Counts) => number): string => String(of(life.counts) - of(before));
  const requests = since(({ kept, fresh }) => kept + fresh);
  console.log(
    row([
      title,
      String(done),
      requests,
      since((one) => one.uploads),
      since((one) => one.ended),
      since((one) => one.failed),
    ]),
  );
}

async function times(): Promise<void> {
  stop.signal.throwIfAborted();
  await using world = await World.start();
  await using measured = await Times.prepare(world);
  const giveUpAt = performance.now() + PART_MS;
  while (measured.up.length < ROUNDS && performance.now() < giveUpAt) {
    stop.signal.throwIfAborted();
    await measured.next();
  }
  console.log('\nAt rest, from the command to the first answer of what it starts, in turn, in ms:\n');
  console.log(row(['', 'rounds', 'median', 'p99', 'worst']));
  console.log('|---|---|---|---|---|');
  for (const [title, values] of measured.series) {
    const { count: rounds, median, p99, worst } = figuresOf(values);
    console.log(row([title, String(rounds), median, p99, worst]));
  }
}
