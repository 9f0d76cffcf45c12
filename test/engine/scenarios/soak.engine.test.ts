import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soak } from '../../../bench/soak/soak.ts';
import { markdownOf, verdictsOf } from '../../../bench/soak/verdicts.ts';

/** The short version of `npm run soak`. Too short to say anything of memory. */
test('under a load of every kind nothing is answered wrongly and no socket is left, as instances come and go', async (context) => {
  const report = await soak({
    ...{ seconds: 20, rate: 40, pauseMs: 500, sampleMs: 1000, steadyMs: 500 },
    signal: context.signal,
    say: () => undefined,
  });
  const story = [markdownOf(report), ...report.examples].join('\n');
  assert.deepEqual(
    verdictsOf(report).filter(({ met }) => met === false),
    [],
    story,
  );
  assert.deepEqual([...report.changes.keys()], ['deploy', 'scale', 'stop', 'kill'], story);
  assert.ok(
    [...report.counts.values()].every(({ right }) => right > 0),
    story,
  );
});
