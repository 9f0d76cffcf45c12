/** Whatever is killed, a funko stands as before or as it was to be: a handful of the runs of `npm run chaos`. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Chaos, type Run } from './chaos.ts';

const RUNS = 6;
const SEED = randomInt(1_000_000);

let chaos: Chaos;
before(async () => {
  chaos = await Chaos.start();
});
after(async () => chaos[Symbol.asyncDispose]());

test(`what is cut off by a kill is undone or finished (seed ${SEED})`, async () => {
  const runs: Run[] = [];
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) runs.push(await chaos.run(seed));
  const wrong = runs.filter((run) => run.wrong !== undefined);
  assert.deepEqual(wrong, [], chaos.log);
});
