/**
 * How much the forwarding costs, beside other proxies: `npm run bench`. See knobs.ts for what can be set.
 *
 * In turn, round by round, each proxy runs in a container on the same core and is asked the same things; upstreams and
 * load generators have the other cores. What is printed is Markdown. Traffic goes to the benchmark's own containers only.
 */
import type { Case, Figures } from './case.ts';
import { WRK_CASES } from './cases-wrk.ts';
import { CONTENDERS, type Contender, type Target } from './contenders.ts';
import { chosen, readKnobs, type Knobs } from './knobs.ts';
import { printProfile, toggleProfile } from './profile.ts';
import { Site } from './site.ts';
import { tableOf } from './table.ts';

const CASES: readonly Case[] = [...WRK_CASES];

const knobs = readKnobs(process.env);
const contenders = chosen('ONLY', CONTENDERS, knobs.only);
const cases = chosen('CASES', CASES, knobs.cases);
/** Case and contender → the figures of each round. */
const figures = new Map<string, Figures[]>();

await using site = new Site();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void site[Symbol.asyncDispose]().finally(() => process.exit(1)));
}
say('building images, starting upstreams');
await site.start();
for (let round = 1; round <= knobs.rounds; round += 1) {
  for (const contender of contenders) await inTurn(contender, round);
}
for (const one of cases) {
  const results = contenders.map(({ key, title }) => ({
    key,
    title,
    rounds: figures.get(`${one.key} ${key}`) ?? [],
  }));
  console.log(tableOf(one, results));
}

async function inTurn(contender: Contender, round: number): Promise<void> {
  const target = await contender.start(site, knobs);
  for (const one of cases) {
    say(`round ${round} of ${knobs.rounds}: ${contender.title}: ${one.title}`);
    await one.warmUp(site, target);
    const measured = await profiled(knobs, contender, target, one, () =>
      one.measure(site, target, knobs.seconds),
    );
    const key = `${one.key} ${contender.key}`;
    figures.set(key, [...(figures.get(key) ?? []), measured]);
  }
  await target.stop();
}

async function profiled(
  { profile }: Knobs,
  { key, title }: Contender,
  target: Target,
  one: Case,
  work: () => Promise<Figures>,
): Promise<Figures> {
  if (!profile || !key.startsWith('faaso')) return work();
  await toggleProfile(target.container);
  const measured = await work();
  await toggleProfile(target.container);
  await printProfile(`${title}: ${one.title}`);
  return measured;
}

/** Progress goes to stderr: stdout is for the tables. */
function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
