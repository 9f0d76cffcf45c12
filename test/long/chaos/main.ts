/**
 * Kills parent, worker and engine at any moment of deploys, scales, rollbacks and the rest: `npm run chaos`. RUNS (200) and SEED (1)
 * can be set, and MINUTES (30), after which it stops. Each run has a seed of its own, SEED and the numbers after it. What it prints is
 * Markdown; a run that ends in a state that may not be is told, and makes it fail.
 */
import { row } from '../../../bench/figures.ts';
import { Chaos, type Run } from './chaos.ts';

const RUNS = Number(process.env['RUNS'] ?? 200);
const SEED = Number(process.env['SEED'] ?? 1);
const MINUTES = Number(process.env['MINUTES'] ?? 30);

/** Aborted by Ctrl-C: the run that goes on is the last, and everything is taken away. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stop.abort();
    console.error('\nstopped: this run is finished, then everything is taken away …');
  });
}

const runs: Run[] = [];
const giveUpAt = performance.now() + MINUTES * 60_000;
await using chaos = await Chaos.start();
for (let seed = SEED; seed < SEED + RUNS && !stop.signal.aborted && performance.now() < giveUpAt; seed += 1) {
  const run = await chaos.run(seed);
  runs.push(run);
  const { act, victim, delayMs, acknowledged, state, seconds } = run;
  const words = [
    seed,
    act,
    `${victim} after ${delayMs} ms`,
    acknowledged ? 'acknowledged' : 'not acknowledged',
    state,
  ];
  console.error(`${words.join(', ')} (${seconds.toFixed(1)} s)`);
  if (run.wrong !== undefined) console.error(`  WRONG: ${run.wrong}\n${chaos.log}`);
}
console.log(`\n${runs.length} runs from seed ${SEED}:\n`);
console.log(row(['killed', 'runs', 'acknowledged', 'wrong']));
console.log('|---|---|---|---|');
for (const victim of new Set(runs.map((run) => run.victim))) {
  const those = runs.filter((run) => run.victim === victim);
  const acknowledged = those.filter((run) => run.acknowledged).length;
  const wrong = those.filter((run) => run.wrong !== undefined).length;
  console.log(row([victim, String(those.length), String(acknowledged), String(wrong)]));
}
for (const { seed, wrong } of runs) if (wrong !== undefined) console.log(`- seed ${seed}: ${wrong}`);
if (runs.some(({ wrong }) => wrong !== undefined)) process.exitCode = 1;
