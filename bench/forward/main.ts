/**
 * How much the forwarding costs, beside other proxies: `npm run bench`. See knobs.ts for what can be set.
 *
 * In turn, round by round, each proxy runs in a container on the same core and is asked the same things; upstreams and
 * load generators have the other cores. What is printed is Markdown. Traffic goes to the benchmark's own containers only.
 */
import { availableParallelism, loadavg } from 'node:os';
import type { Case } from './case.ts';
import { FIXED_RATE } from './case-fixed-rate.ts';
import { IDLE } from './case-idle.ts';
import { STREAM } from './case-stream.ts';
import { WEBSOCKET } from './case-websocket.ts';
import { WRK_CASES } from './cases-wrk.ts';
import { CONTENDERS } from './contenders.ts';
import { chosen, readKnobs } from './knobs.ts';
import { Rounds } from './rounds.ts';
import { Site } from './site.ts';
import { headOf, tableOf } from './table.ts';

const CASES: readonly Case[] = [...WRK_CASES, STREAM, IDLE, WEBSOCKET, FIXED_RATE];

const knobs = readKnobs(process.env);
const contenders = chosen('ONLY', CONTENDERS, knobs.only);
const cases = chosen('CASES', CASES, knobs.cases);

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
const head = headOf({ ...knobs, cores: availableParallelism(), load: loadavg()[0] ?? NaN });
await using site = new Site(interrupted.signal);
say('building images, starting upstreams');
const rounds = new Rounds(site, knobs, say);
try {
  await site.start();
  await rounds.run(contenders, cases);
  console.log(head);
  for (const one of cases) console.log(tableOf(one, rounds.results(contenders, one)));
  if (rounds.failed) process.exitCode = 1;
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
  say('interrupted: cleaning up');
  process.exitCode = 130;
}

/** Progress goes to stderr: stdout is for the tables. */
function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
