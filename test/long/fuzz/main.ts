/**
 * `npm run fuzz`: minutes of seeded garbage on a worker, from clients and from funkos. MINUTES=5 SEED=1; each quarter of a
 * minute goes on with the next seed and a fresh worker. COUNT=1 FIRST=123 SEED=7 sends one conversation again.
 */
import { fuzz } from './fuzz.ts';

const QUARTER_MS = 15_000;

const number = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name}="${process.env[name]}" is no number.`);
  return value;
};

const end = performance.now() + number('MINUTES', 5) * 60_000;
const count = number('COUNT', Number.MAX_SAFE_INTEGER);
const totals = { conversations: 0, sound: 0, forwarded: 0 };

for (let seed = number('SEED', 1); performance.now() < end && process.exitCode === undefined; seed += 1) {
  const until = Math.min(end, performance.now() + QUARTER_MS);
  const outcome = await fuzz(seed, number('FIRST', 0), (done) => done >= count || performance.now() >= until);
  totals.conversations += outcome.conversations;
  totals.sound += outcome.sound;
  totals.forwarded += outcome.forwarded;
  const [before, after] = outcome.memory;
  console.log(
    `seed ${seed}: ${outcome.conversations} connections, ${outcome.sound} sound requests, ${outcome.forwarded} forwarded, memory ${before} → ${after} MiB`,
  );
  for (const fault of outcome.faults.slice(0, 5)) console.error(fault);
  if (outcome.faults.length > 0) process.exitCode = 1;
  if (outcome.conversations >= count) break;
}
console.log(
  `${totals.conversations} connections, ${totals.sound} sound requests, ${totals.forwarded} forwarded: ${process.exitCode === undefined ? 'nothing went wrong' : 'something went wrong'}`,
);
process.exit();
