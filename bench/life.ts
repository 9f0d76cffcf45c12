/**
 * The life of a funko under steady load, and how soon a new version answers: `npm run bench:life`. What can be set:
 * DEPLOYS (50), ROLLBACKS (20), SCALES (5, each up to 3 instances and down again), SLOW (10 deploys with a slow engine, half as many
 * rollbacks, two scales), ROUNDS (50, of the times), MINUTES (9.5, for all of it). A part that takes longer than its share
 * of the time is cut short, and its row says how much was done. What it prints is Markdown; any failure is told, and makes it fail.
 */
import { ServerFunkos } from '../src/client/server-funkos.ts';
import { RolloutHarness } from '../test/support/life/rollout-harness.ts';
import type { Counts } from '../test/support/life/load.ts';
import { removeFunko } from '../test/support/life/remove-funko.ts';
import { ScenarioHarness } from '../test/support/scenarios/scenario-harness.ts';
import { figuresOf, row } from './figures.ts';
import { Budget } from './life/budget.ts';
import { Times } from './life/times.ts';

const count = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const DEPLOYS = count('DEPLOYS', 50);
const ROLLBACKS = count('ROLLBACKS', 20);
const SCALES = count('SCALES', 5);
const SLOW = count('SLOW', 10);
const ROUNDS = count('ROUNDS', 50);
const MINUTES = count('MINUTES', 9.5);
/** How long streams keep an instance that is to go, in seconds. */
const DRAIN = 1;
const SLOW_MS = { answers: 150, events: 300 };

interface Part {
  readonly title: string;
  readonly times: number;
  /** About what it takes of the time, beside the others. */
  readonly weight: number;
  readonly work: (life: RolloutHarness, index: number) => Promise<unknown>;
}

const rollback: Part['work'] = async (life, index) =>
  index % 2 === 0 ? life.rollback() : life.up(life.newest);
const LOAD: readonly Part[] = [
  { title: 'deploys', times: DEPLOYS, weight: 30, work: async (life) => life.deploy() },
  { title: 'rollbacks and back', times: ROLLBACKS, weight: 8, work: rollback },
  {
    title: 'scaled to 3 and to 1',
    times: SCALES,
    weight: 8,
    work: async (life) => (await life.scale(3), life.scale(1)),
  },
  {
    title: 'deploys of 2 instances',
    times: Math.ceil(DEPLOYS / 10),
    weight: 8,
    work: async (life, index) => (await life.scale(2), life.deploy({ surge: index % 2 === 1 })),
  },
];
const SLOWLY: readonly Part[] = [
  { title: 'slow engine: deploys', times: SLOW, weight: 20, work: async (life) => life.deploy() },
  { title: 'slow engine: rollbacks', times: SLOW / 2, weight: 9, work: rollback },
  {
    title: 'slow engine: scaled to 2 and to 1',
    times: Math.ceil(SLOW / 5),
    weight: 7,
    work: async (life) => (await life.scale(2), life.scale(1)),
  },
];
const TIMES_WEIGHT = 24;

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
  const weights = [...LOAD, ...SLOWLY].map(({ weight }) => weight);
  const budget = new Budget(
    MINUTES,
    weights.reduce((sum, weight) => sum + weight, TIMES_WEIGHT),
  );
  console.log('\nUnder steady load:\n');
  console.log(row(['', 'done', 'requests', 'uploads', 'streams ended', 'failed']));
  console.log('|---|---|---|---|---|---|');
  await underLoad('load', undefined, LOAD, budget);
  await underLoad('slow', SLOW_MS, SLOWLY, budget);
  console.log(`\nA slow engine's answers are ${SLOW_MS.answers} ms late, its events ${SLOW_MS.events} ms.`);
  await times(budget);
}

async function underLoad(
  word: string,
  slowMs: typeof SLOW_MS | undefined,
  parts: readonly Part[],
  budget: Budget,
): Promise<void> {
  stop.signal.throwIfAborted();
  await using world = await ScenarioHarness.start({ middleman: slowMs !== undefined });
  const name = world.name(word);
  await using _left = removeFunko(name);
  const life = await RolloutHarness.begin({
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
    for (const part of parts) await inTime(part, life, budget.next(part.weight));
  } finally {
    const { failed, failures } = await life.end();
    for (const failure of failures) console.log(`- ${failure}`);
    if (failed > 0) process.exitCode = 1;
  }
}

async function inTime(
  { title, times: wanted, work }: Part,
  life: RolloutHarness,
  giveUpAt: number,
): Promise<void> {
  const before = life.counts;
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

async function times(budget: Budget): Promise<void> {
  stop.signal.throwIfAborted();
  await using world = await ScenarioHarness.start();
  await using measured = await Times.prepare(world);
  const giveUpAt = budget.next(TIMES_WEIGHT);
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
