/**
 * How soon the route follows the engine: `npm run bench:routing`. ROUNDS (100) and OTHERS (200) can be set. Ends within
 * about four minutes: a half that takes longer than its time is cut short, and the table says how many rounds it had.
 *
 * Each round starts a container that listens at once, asks for it through the proxy until it answers, and kills it under
 * requests (routing-round.ts). First at rest, then in a storm (routing-storm.ts). What it prints is Markdown.
 */
import { loadavg } from 'node:os';
import { ScenarioHarness, type ScenarioOptions } from '../test/support/scenarios/scenario-harness.ts';
import { BenchEngine } from './bench-engine.ts';
import { figuresOf, row } from './figures.ts';
import { differences } from './routing-truth.ts';
import { Rounds, type Round } from './routing-round.ts';
import { Storm, STORM } from './routing-storm.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 100);
const OTHERS = Number(process.env['OTHERS'] ?? 200);
const HALF_MS = 75_000;

const SERIES: readonly (readonly [string, (round: Round) => number])[] = [
  ['start event → first answer', (round) => round.startToAnswer],
  ['port accepts → first answer', (round) => round.acceptToAnswer],
  ['kill event → last request sent to it', (round) => round.killToLast],
];

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
  using engine = new BenchEngine(stop.signal);
  await inWorld({}, async (world) => {
    head('At rest');
    await measure(world, engine, 'rest');
  });
  // Only here something stands between the proxy and the engine: it adds the health events.
  await inWorld({ middleman: true }, async (world) => {
    console.log(`\n<!-- starting ${OTHERS} others -->`);
    await using storm = await Storm.start(world, engine, OTHERS);
    head(`In the storm: ${OTHERS} other containers, ${STORM}`);
    const restartsBefore = storm.restarts;
    const since = performance.now();
    await measure(world, engine, 'storm');
    const seconds = (performance.now() - since) / 1000;
    await storm.calm();
    const lies = await differences(world, engine);
    console.log(`\n${storm.restarts - restartsBefore} restarts in ${seconds.toFixed(0)} s,`);
    console.log(`${storm.healthEvents} health events put into the stream in all.`);
    console.log(`events lost: ${lies.length} (the table compared with a fresh list)`);
    for (const lie of lies) console.log(`- ${lie}`);
    if (lies.length > 0) process.exitCode = 1;
  });
}

async function inWorld(
  options: ScenarioOptions,
  work: (world: ScenarioHarness) => Promise<void>,
): Promise<void> {
  stop.signal.throwIfAborted();
  await using world = await ScenarioHarness.start(options);
  await work(world);
}

function head(title: string): void {
  console.log(`\n${title}, in ms:\n`);
  console.log(row(['', 'rounds', 'median', 'p99', 'worst']));
  console.log('|---|---|---|---|---|');
}

async function measure(world: ScenarioHarness, engine: BenchEngine, title: string): Promise<void> {
  const load = loadavg()[0] ?? NaN;
  const measured: Round[] = [];
  const giveUpAt = performance.now() + HALF_MS;
  const rounds = await Rounds.prepare(world, engine, world.name(title));
  while (measured.length < ROUNDS && performance.now() < giveUpAt) measured.push(await rounds.next());
  for (const [name, pick] of SERIES) {
    const { count, median, p99, worst } = figuresOf(measured.map(pick));
    console.log(row([name, String(count), median, p99, worst]));
  }
  const loads = `${load.toFixed(1)} before, ${(loadavg()[0] ?? NaN).toFixed(1)} after`;
  console.log(`\nThe machine's load over a minute: ${loads}.`);
}
