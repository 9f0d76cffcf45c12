/** Following a simulated engine through what engines and networks do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { createLogger } from '../../../../src/logger.ts';
import { followEngine } from '../../../../src/proxy/tracking/follow.ts';
import { Dice } from '../../../support/simulated-engine/dice.ts';
import { operate } from '../../../support/simulated-engine/operations.ts';
import { SimulatedEngine } from '../../../support/simulated-engine/server.ts';
import { freshBackends, tableBackends } from '../../../support/routing/oracle.ts';
import { NETWORK } from '../../../support/routing/samples.ts';
import { waitUntil } from '../../../support/routing/wait-until.ts';
import { TrackingHarness } from '../../../support/routing/tracking-harness.ts';

test('what ran before it looked is found, and what starts later too', async () => {
  await using world = await TrackingHarness.create();
  assert.equal(world.following.sync.state, 'starting');
  await world.ready('faaso-a');
  await world.untilSync('in_step');
  await world.ready('faaso-b');
  assert.equal(world.simulated.calls.list, 1);
});

test('while the engine is away the table goes on with what it last knew, and says that it is stale', async () => {
  await using world = await TrackingHarness.create();
  const [stays, goes] = [await world.ready('faaso-a'), await world.ready('faaso-b')];
  await world.untilSync('in_step');
  await world.simulated.close();
  await world.untilSync('stale');
  assert.equal(world.stateOf(stays), 'ready');
  assert.ok(world.following.sync.reason);
  const { since } = world.following.sync;
  world.simulated.model.remove(goes);
  const comes = world.run('faaso-c');
  await world.simulated.listen();
  await world.untilSync('in_step');
  assert.ok(world.following.sync.since >= since);
  assert.equal(world.following.sync.reason, null);
  assert.equal(world.stateOf(goes), undefined);
  assert.equal(world.stateOf(comes), 'starting');
  assert.deepEqual(world.states.get(stays.id), ['starting', 'ready'], 'what stayed never flickered');
});

test('an engine that is not there at first is waited for', async () => {
  await using world = await TrackingHarness.create();
  await world.simulated.close();
  const container = world.run('faaso-a');
  await world.simulated.listen();
  await world.until(container, 'starting');
});

for (const [how, end] of [
  ['is cut in the middle', (simulated: SimulatedEngine) => simulated.streams.cut()],
  ['ends as if all were well', (simulated: SimulatedEngine) => simulated.streams.end()],
] as const) {
  test(`an event stream that ${how} is opened again, and no route flickers`, async () => {
    await using world = await TrackingHarness.create();
    const container = await world.ready('faaso-a');
    for (let streams = 2; streams < 6; streams += 1) {
      await waitUntil(
        () => world.simulated.streams.heard,
        () => 'no stream',
      );
      end(world.simulated);
      await waitUntil(
        () => world.simulated.calls.events === streams,
        () => `${world.simulated.calls.events} streams`,
      );
    }
    await world.ready('faaso-b');
    assert.deepEqual(world.states.get(container.id), ['starting', 'ready']);
  });
}

test('an engine that falls silent is noticed, and followed again when it speaks', async () => {
  await using world = await TrackingHarness.create(600_000, 50);
  await world.settled();
  world.simulated.streams.hush();
  world.simulated.fail({ pings: () => false });
  await world.untilSync('stale');
  const container = world.run('faaso-a');
  world.simulated.fail({});
  await world.until(container, 'starting');
  await world.untilSync('in_step');
});

test('a stream that is half dead is found out by the slow resync, and replaced', async () => {
  await using world = await TrackingHarness.create(100);
  await world.settled();
  world.simulated.streams.hush();
  const container = world.run('faaso-a');
  await world.until(container, 'starting');
  await waitUntil(
    () => world.simulated.calls.events === 2,
    () => 'the stream is not replaced',
  );
});

test('containers on the network that are no instances are no reason to distrust the stream', async () => {
  await using world = await TrackingHarness.create(100);
  await world.settled();
  world.run('db');
  const lists = world.simulated.calls.list;
  await waitUntil(
    () => world.simulated.calls.list > lists + 25,
    () => 'no further lists',
  );
  assert.equal(world.simulated.calls.events, 1);
});

test('a list that fails leaves the table as it was, and is tried again', async () => {
  await using world = await TrackingHarness.create();
  const container = await world.ready('faaso-a');
  await world.settled();
  world.simulated.fail({ listFails: () => true });
  world.simulated.streams.cut();
  await world.untilSync('stale');
  assert.match(
    world.following.sync.reason ?? '',
    /^the engine (is out of reach|does not answer as it should)$/,
  );
  const lists = world.simulated.calls.list;
  await waitUntil(
    () => world.simulated.calls.list > lists + 3,
    () => 'no further list',
  );
  assert.equal(world.stateOf(container), 'ready');
  world.simulated.fail({});
  await world.untilSync('in_step');
});

test('events that are too long, of strangers or of funkos, cut no stream, and what they told is found by a list', async () => {
  await using world = await TrackingHarness.create(100);
  await world.settled();
  const labels = { big: 'x'.repeat(3 * 1024 ** 2) };
  const { model, calls } = world.simulated;
  const stranger = model.create({ name: 'stranger', labels });
  model.start(stranger);
  const big = model.create({ name: 'faaso-big', network: NETWORK, labels });
  model.start(big);
  await world.until(big, 'starting');
  await world.ready('faaso-a');
  model.remove(big);
  await world.until(big, undefined);
  const lists = calls.list;
  await waitUntil(
    () => calls.list > lists + 25,
    () => 'no further lists',
  );
  assert.deepEqual([calls.events, world.following.sync.state], [1, 'in_step']);
});

test('why the engine is out of reach holds none of its words, which quote labels and command lines; the log has them', async () => {
  await using simulated = await SimulatedEngine.start();
  simulated.fail({ listFails: () => true });
  const lines: string[] = [];
  const logger = createLogger('debug', {}, { write: (line) => void lines.push(line) });
  const engine = new Engine(simulated);
  const following = followEngine({ engine, network: NETWORK, logger, resyncMs: 600_000 });
  await waitUntil(
    () => lines.length > 0,
    () => 'no line',
  );
  following.stop();
  assert.match(lines.join(''), /it fails, as ordered|the list fails, as ordered/);
  assert.deepEqual(
    [following.sync.state, following.sync.reason],
    ['starting', 'the engine does not answer as it should'],
  );
});

test('an address that another container was given meanwhile never stands for two', async () => {
  await using world = await TrackingHarness.create(50);
  const old = await world.ready('faaso-a');
  await world.settled();
  const clashes: string[] = [];
  world.following.changes$.subscribe(() => {
    const taken = world.following.table
      .backends()
      .filter(({ state }) => state === 'ready' || state === 'starting');
    const addresses = taken.map(({ address }) => address);
    if (new Set(addresses).size < addresses.length) clashes.push(addresses.join());
  });
  // Nobody is told of the end of the one and the start of the other, and the other is seen first.
  world.simulated.streams.hush();
  world.simulated.fail({ inspectMs: () => (world.simulated.calls.inspect % 2 === 1 ? 20 : 0) });
  world.simulated.model.end(old, 1);
  const young = world.run('faaso-b');
  assert.equal(young.endpoints.get(NETWORK)?.address, '10.2.0.2');
  await world.until(young, 'starting');
  await world.until(old, 'stopped');
  assert.deepEqual(clashes, []);
});

test('what FaaSO released takes no traffic from that moment on', async () => {
  await using world = await TrackingHarness.create();
  const container = await world.ready('faaso-a');
  world.following.release(container.id);
  assert.equal(world.stateOf(container), 'stopping');
  world.following.release('unknown');
  world.following.probed('unknown', 'life');
});

test('a storm of thousands of events ends in exactly what a list shows', async () => {
  await using world = await TrackingHarness.create(600_000, 600_000);
  await world.untilSync('in_step');
  const dice = new Dice(1);
  for (let count = 0; count < 5000; count += 1) operate(world.simulated.model, dice, NETWORK);
  const marker = world.run('faaso-marker');
  await world.until(marker, 'starting');
  const { model } = world.simulated;
  const expected = await freshBackends(
    world.engine,
    NETWORK,
    (id) => model.containers.get(id)?.signalled ?? false,
  );
  const plain = (backends: ReturnType<typeof tableBackends>): string =>
    JSON.stringify(
      [...backends.values()].map(({ name, address, life }) => ({ name, address, life })).sort(byLife),
    );
  await waitUntil(
    () => plain(tableBackends(world.following.table.backends())) === plain(expected),
    () => 'the table differs',
  );
  assert.equal(world.simulated.calls.list, 2, 'one by the table, one by this test: no resync');
});

function byLife(a: { life: string }, b: { life: string }): number {
  return a.life < b.life ? -1 : 1;
}
