/** Under steady load nothing is lost, whatever is deployed: the short form of `npm run bench:life`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { RolloutHarness } from '../../support/life/rollout-harness.ts';
import type { Counts } from '../../support/life/load.ts';

let stand: ProxyHarness;
before(async () => {
  stand = await startProxyHarness();
});
after(async () => stand[Symbol.asyncDispose]());

function nothingLost({ failures, ...counts }: Counts): void {
  assert.deepEqual(failures, []);
  assert.ok(counts.kept > 100 && counts.fresh > 50 && counts.uploads > 20, JSON.stringify(counts));
  assert.ok(counts.ended >= 5, JSON.stringify(counts));
}

test('deploys, rollbacks and scaling lose no request, and end no stream before its time', async () => {
  const life = await RolloutHarness.begin({
    funkos: new ServerFunkos({ url: stand.url, token: stand.token }),
    url: stand.url,
    name: stand.name('load'),
    load: { kept: 2, fresh: 1, uploads: 1, pauseMs: 15 },
    drainSeconds: 0.5,
    rollOut: { steadyMs: 200 },
  });
  await life.deploy();
  await life.rollback();
  await life.scale(2);
  await life.deploy();
  await life.deploy({ surge: true });
  await life.scale(1);
  nothingLost(await life.end());
});
