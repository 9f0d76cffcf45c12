/** As deploys.engine.test.ts, with an engine whose answers and events come late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { removeFunko } from '../../support/life/remove-funko.ts';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';
import { RolloutHarness } from '../../support/life/rollout-harness.ts';

test('with a slow engine deploys, rollbacks and scaling lose no request either', async () => {
  await using world = await ScenarioHarness.start({ middleman: true });
  const name = world.name('slow');
  await using _ = removeFunko(name);
  const life = await RolloutHarness.begin({
    funkos: new ServerFunkos({ url: world.url, token: world.token }),
    url: world.url,
    name,
    load: { kept: 1, fresh: 1, uploads: 1, pauseMs: 15 },
    drainSeconds: 0.3,
    rollOut: { steadyMs: 0 },
    labels: [world.label],
  });
  assert.ok(world.middleman);
  world.middleman.slowMs = { answers: 100, events: 300 };
  await life.deploy();
  await life.rollback();
  await life.scale(2);
  await life.scale(1);
  const { failures, ...counts } = await life.end();
  assert.deepEqual(failures, []);
  assert.ok(counts.kept > 100 && counts.ended >= 3, JSON.stringify(counts));
});
