/**
 * Random operations on a simulated engine while everything goes wrong: events twice, late, out of order and in pieces,
 * streams cut, calls slow and failing. After each quiet moment the table must equal one made from a fresh list.
 * FAASO_SEEDS=1000 tries so many seeds, FAASO_SEED=17 that one alone.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { silentLogger } from '../../../../src/logger.ts';
import { followEngine, type Following } from '../../../../src/proxy/tracking/follow.ts';
import { Dice } from '../../../support/simulated-engine/dice.ts';
import { operate, randomFaults } from '../../../support/simulated-engine/operations.ts';
import { SimulatedEngine } from '../../../support/simulated-engine/server.ts';
import { freshBackends, tableBackends } from '../../../support/routing/oracle.ts';
import { waitUntil } from '../../../support/routing/wait-until.ts';

const NETWORK = 'faaso-net';
const ROUNDS = 3;
const OPERATIONS = 25;
const SEEDS = seeds();
/** Long enough that the slow resync fixes nothing: events and reconnects alone must do it. */
const NEVER_MS = 600_000;

function seeds(): number[] {
  const one = process.env['FAASO_SEED'];
  if (one !== undefined) return [Number(one)];
  return Array.from({ length: Number(process.env['FAASO_SEEDS'] ?? 40) }, (_, index) => index + 1);
}

test('after every quiet moment the table equals one made from a fresh list, whatever went wrong', async () => {
  for (const seed of SEEDS) {
    try {
      await tryOut(seed);
    } catch (error) {
      throw new Error(`seed ${seed} fails; try it alone with FAASO_SEED=${seed}`, { cause: error });
    }
  }
});

async function tryOut(seed: number): Promise<void> {
  await using simulated = await SimulatedEngine.start();
  const dice = new Dice(seed);
  const engine = new Engine({ socketPath: simulated.socketPath });
  for (let count = dice.below(8); count > 0; count -= 1) operate(simulated.model, dice, NETWORK);
  const following = followEngine({
    engine,
    network: NETWORK,
    logger: silentLogger(),
    resyncMs: NEVER_MS,
    patience: { firstPauseMs: 2, longestPauseMs: 20 },
  });
  try {
    answerProbes(following);
    const marker = simulated.model.create({ name: 'marker' });
    for (let round = 0; round < ROUNDS; round += 1) {
      simulated.faults = randomFaults(dice);
      for (let count = 0; count < OPERATIONS; count += 1) {
        operate(simulated.model, dice, NETWORK, new Set([marker.id]));
        if (dice.chance(0.03)) simulated.streams.cut();
        if (dice.chance(0.3)) await new Promise((resolve) => setTimeout(resolve, dice.below(3)));
      }
      simulated.fail({});
      await waitUntil(
        () => simulated.streams.late === 0,
        () => 'late events',
      );
      const name = `faaso-marker-${round}`;
      simulated.model.rename(marker, name);
      await waitUntil(
        () => following.sync.state === 'in_step' && following.table.get(marker.id)?.name === name,
        () => `the table knows no ${name}, ${JSON.stringify(following.sync)}`,
      );
      await expectEqual(following, engine, simulated);
    }
  } finally {
    following.stop();
  }
}

/** Every probe succeeds at once. */
function answerProbes(following: Following): void {
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

/** At once, but for inspects that failed and are tried again. */
async function expectEqual(following: Following, engine: Engine, { model }: SimulatedEngine): Promise<void> {
  const expected = await freshBackends(engine, NETWORK, (id) => model.containers.get(id)?.signalled ?? false);
  const actual = (): object => tableBackends(following.table.backends());
  try {
    await waitUntil(
      () => isDeepStrictEqual(actual(), expected),
      () => '',
    );
  } catch {
    assert.deepEqual(actual(), expected);
  }
}
