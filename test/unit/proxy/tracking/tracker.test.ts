import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container, ContainerRow } from '../../../../src/docker/containers.ts';
import { Tracker } from '../../../../src/proxy/tracking/tracker.ts';
import {
  NETWORK,
  START_SECOND,
  container,
  event,
  networkEvent,
  on,
} from '../../../support/routing/samples.ts';

const ROW: ContainerRow = { ...container(), networks: {}, createdAt: '' };

/** A keeper in step, whose session began at the second of STARTED_AT. */
function keeperOf(...containers: Container[]): Tracker {
  const keeper = new Tracker(NETWORK, () => START_SECOND * 1000);
  keeper.begin();
  keeper.onList(containers.map((each) => ({ ...ROW, id: each.id, name: each.name })));
  for (const each of containers) keeper.onInspect({ id: each.id, tick: keeper.tick, container: each });
  assert.ok(keeper.inStep);
  return keeper;
}

/** All states of a backend that the table has shown from now on, and the addresses that were shown for two at once. */
function watch(keeper: Tracker): { states: string[]; clashes: string[] } {
  const [states, clashes]: [string[], string[]] = [[], []];
  keeper.changes$.subscribe(({ changed }) => {
    for (const { id, state } of changed) states.push(`${id} ${state}`);
    const taken = keeper.table.backends().filter(({ state }) => state === 'ready' || state === 'starting');
    const addresses = taken.map(({ address }) => address ?? '');
    clashes.push(...addresses.filter((address, index) => addresses.indexOf(address) !== index));
  });
  return { states, clashes };
}

const LATER = '2026-01-01T00:00:20.000000000Z';

test('an address seems to be held by two: the one that started last is believed, and both are inspected again', () => {
  const keeper = keeperOf(container({ id: 'old' }));
  keeper.probed('old', keeper.table.get('old')?.life ?? '');
  const { states, clashes } = watch(keeper);
  const young = container({ id: 'young', name: 'faaso-young', startedAt: LATER });
  const contested = keeper.onInspect({ id: 'young', tick: keeper.tick, container: young });
  assert.deepEqual(contested.toSorted(), ['old', 'young']);
  assert.deepEqual(states, ['old misplaced', 'young starting']);
  assert.deepEqual(clashes, []);
  assert.match(keeper.table.get('old')?.reason ?? '', /its address is that of container young now/);

  assert.deepEqual(
    keeper.onInspect({ id: 'old', tick: keeper.tick, container: container({ id: 'old' }) }),
    [],
  );
  assert.equal(keeper.table.get('old')?.state, 'misplaced');
});

test('the older one gets its address back when the younger one turns out to have ended', () => {
  const keeper = keeperOf(container({ id: 'old' }));
  const young = container({ id: 'young', name: 'faaso-young', startedAt: LATER });
  keeper.onInspect({ id: 'young', tick: keeper.tick, container: young });
  keeper.onInspect({
    id: 'young',
    tick: keeper.tick,
    container: { ...young, status: 'exited', networks: on(null) },
  });
  assert.equal(keeper.table.get('old')?.state, 'starting');
});

test('an older container that comes second is not believed either', () => {
  const keeper = keeperOf(container({ id: 'young', startedAt: LATER }));
  const { clashes } = watch(keeper);
  const contested = keeper.onInspect({
    id: 'old',
    tick: keeper.tick,
    container: container({ id: 'old', name: 'faaso-old' }),
  });
  assert.deepEqual(contested.toSorted(), ['old', 'young']);
  assert.equal(keeper.table.get('old')?.state, 'misplaced');
  assert.deepEqual(clashes, []);
});

test('what happened before the session began takes nothing away, what happens now does', () => {
  const keeper = keeperOf(container({ startedAt: '2026-01-01T00:00:00Z' }));
  assert.equal(keeper.onEvent(event('pause', -1)), 'c1');
  assert.equal(keeper.table.get('c1')?.state, 'starting');
  keeper.onEvent(event('pause', 1));
  assert.equal(keeper.table.get('c1')?.state, 'paused');
});

test('of unknown containers only what may make them an instance is looked into', () => {
  const keeper = keeperOf();
  const stranger = { ...event('start'), containerId: 'x', attributes: { name: 'web' } };
  assert.equal(keeper.onEvent(stranger), undefined);
  assert.equal(keeper.onEvent({ ...stranger, action: 'create' }), 'x');
  assert.equal(keeper.onEvent({ ...networkEvent('disconnect'), containerId: 'y' }), undefined);
  assert.equal(keeper.onEvent({ ...networkEvent('connect'), containerId: 'y' }), 'y');
  assert.equal(keeper.onEvent({ ...event('start'), containerId: 'z' }), 'z', 'its name is a funko’s');
});

test('while a container is being looked into, everything about it counts', () => {
  const keeper = keeperOf();
  const stranger = { ...event('die', 2), attributes: { name: 'web' } };
  keeper.onEvent(networkEvent('connect'));
  const asked = keeper.tick;
  assert.equal(keeper.onEvent(stranger), 'c1');
  keeper.onInspect({
    id: 'c1',
    tick: asked,
    container: container({ name: 'web', networks: on('172.20.0.2', 'faaso-hello') }),
  });
  assert.equal(keeper.table.get('c1')?.state, 'stopped', 'it has died since it was asked for');
  keeper.onInspect({ id: 'c1', tick: keeper.tick, container: undefined });
  assert.equal(keeper.onEvent(stranger), undefined);
});

test('an answer that is older than the last question does not end the looking', () => {
  const keeper = keeperOf();
  const stranger = { ...event('start', 2), attributes: { name: 'web' } };
  keeper.onEvent(networkEvent('connect'));
  const asked = keeper.tick;
  keeper.onEvent(networkEvent('connect', 2));
  keeper.onInspect({ id: 'c1', tick: asked, container: container({ name: 'web' }) });
  assert.equal(keeper.onEvent(stranger), 'c1');
});

test('it asks for events from the newest that it has, in the engine’s seconds', () => {
  const keeper = keeperOf();
  assert.equal(keeper.since, START_SECOND - 5);
  keeper.onEvent(event('top', 7));
  keeper.onEvent(event('top', 3));
  assert.equal(keeper.since, START_SECOND + 7);
});

test('a session that begins anew is not in step before everything was inspected again', () => {
  const keeper = keeperOf(container());
  keeper.probed('c1', keeper.table.get('c1')?.life ?? '');
  keeper.begin();
  assert.equal(keeper.inStep, false);
  keeper.onList([]);
  assert.equal(keeper.inStep, false, 'what the list does not name any more is inspected too');
  assert.equal(keeper.table.get('c1')?.state, 'ready', 'and goes on meanwhile');
  keeper.onInspect({ id: 'c1', tick: keeper.tick, container: undefined });
  assert.equal(keeper.inStep, true);
  assert.deepEqual(keeper.table.backends(), []);
});

for (const [title, changes, isSevered] of [
  ['left the network', { networks: {} }, true],
  ['left it and is paused', { networks: {}, status: 'paused' }, true],
  ['got another address', { networks: on('172.20.0.9') }, true],
  ['lost its address', { networks: on(null) }, true],
  ['kept its address', { name: 'faaso-other' }, false],
  ['has ended', { networks: on(null), status: 'exited' }, false],
  ['has ended, to be started again', { networks: on(null), status: 'restarting' }, false],
  ['was started anew', { networks: on('172.20.0.9'), startedAt: LATER }, false],
  ['was started anew elsewhere', { networks: {}, startedAt: LATER }, false],
] as [string, Partial<Container>, boolean][]) {
  // An instance by its name stays in the table, one by an alias leaves it with the network.
  for (const name of ['faaso-hello', 'other']) {
    test(`what is open to a container (${name}) that ${title} is ${isSevered ? '' : 'not '}cut`, () => {
      const networks = on('172.20.0.2', 'faaso-hello');
      const keeper = keeperOf(container({ name, networks }));
      const life = keeper.table.get('c1')?.life;
      assert.ok(life);
      const severed: string[] = [];
      keeper.changes$.subscribe((change) => severed.push(...(change.severed ?? [])));
      keeper.onEvent(networkEvent('disconnect'));
      keeper.onInspect({ id: 'c1', tick: keeper.tick, container: container({ name, networks, ...changes }) });
      assert.deepEqual(severed, isSevered ? [life] : []);
      keeper.onInspect({ id: 'c1', tick: keeper.tick, container: undefined });
      assert.equal(severed.length, isSevered ? 1 : 0);
    });
  }
}
