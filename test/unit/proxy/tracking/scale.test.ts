/** A storm of events over many containers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Dice } from '../../../support/simulated-engine/dice.ts';
import { populate, stormOnce } from '../../../support/simulated-engine/storm.ts';
import { freshBackends, tableBackends } from '../../../support/routing/oracle.ts';
import { NETWORK } from '../../../support/routing/samples.ts';
import { waitUntil } from '../../../support/routing/wait-until.ts';
import { TrackingHarness } from '../../../support/routing/tracking-harness.ts';

const CONTAINERS = 1_000;
const EVENTS = 5_000;
/** The storm comes in gusts, so that it lasts about a second and what follows has to keep up meanwhile. */
const GUSTS = 50;
const PAUSE_MS = 1_000 / GUSTS;

test('a storm of 5,000 events in a second ends in exactly the state that the list has', async () => {
  await using world = await TrackingHarness.create();
  const { simulated, following, engine } = world;
  const { model, streams } = simulated;
  populate(model, CONTAINERS, NETWORK);
  answerProbes(world);
  await world.settled();
  await storm(world);
  const expected = await freshBackends(engine, NETWORK, (id) => model.containers.get(id)?.signalled ?? false);
  const actual = (): object => tableBackends(following.table.backends());
  await waitUntil(
    () => isDeepStrictEqual(actual(), expected),
    () => 'the table does not equal the list',
    10_000,
  ).catch(() => {
    assert.deepEqual(actual(), expected);
  });
  assert.ok(streams.emitted >= EVENTS);
  assert.equal(following.sync.state, 'in_step');
  // By events alone: there was no second list, nor a second stream that could have made good what was lost.
  assert.deepEqual([simulated.calls.list, simulated.calls.events], [2, 1]);
});

async function storm({ simulated }: TrackingHarness): Promise<void> {
  const { model, streams } = simulated;
  const dice = new Dice(1);
  const before = streams.emitted;
  for (let gust = 1; gust <= GUSTS; gust += 1) {
    while (streams.emitted - before < (EVENTS * gust) / GUSTS) stormOnce(model, dice, NETWORK);
    await sleep(PAUSE_MS);
  }
}

/** Every probe succeeds at once. */
function answerProbes({ following }: TrackingHarness): void {
  following.changes$.subscribe(({ changed }) => {
    for (const { id, life, state, probe } of changed) {
      if (state === 'starting' && probe !== null) {
        setImmediate(() => {
          following.probed(id, life);
        });
      }
    }
  });
}
