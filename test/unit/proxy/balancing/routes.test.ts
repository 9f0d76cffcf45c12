import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend } from '../../../../src/proxy/balancing/backend.ts';
import { Routes, type Lease } from '../../../../src/proxy/balancing/routes.ts';
import { backend } from '../../../support/routing/samples.ts';

/** Routes with a clock that stands still and dice that always show the first of all. */
function routesOf(backends: readonly Backend[], random = (): number => 0) {
  const clock = { now: 0 };
  const told: [string, number][] = [];
  const asks: number[] = [];
  const routes = new Routes(
    (id, count) => told.push([id, count]),
    random,
    () => clock.now,
    (_backend, askAfterMs) => asks.push(askAfterMs),
  );
  routes.apply({ type: 'table', sequence: 1, backends });
  return { routes, clock, told, asks };
}

function leaseOf(routes: Routes, tried?: ReadonlySet<string>): Lease {
  const lease = routes.lease('hello', tried);
  assert.ok(typeof lease === 'object', `no lease: ${JSON.stringify(lease)}`);
  return lease;
}

const ONE = backend({ id: 'c1', name: 'faaso-hello.1' });
const TWO = backend({ id: 'c2', name: 'faaso-hello.2' });
const THREE = backend({ id: 'c3', name: 'faaso-hello.3' });

test('a name that no container has is unknown; one whose containers are not ready has no instance', () => {
  const { routes } = routesOf([backend({ state: 'starting' })]);
  assert.equal(routes.lease('other'), 'unknown_funko');
  assert.equal(routes.lease('hello'), 'no_instance');
  assert.equal(routes.whyNone('hello'), 'faaso-hello is starting');
  assert.equal(routes.whyNone('other'), '');
});

test('a lease counts its request until it ends, once', () => {
  const { routes, told } = routesOf([ONE]);
  const [first, second] = [leaseOf(routes), leaseOf(routes)];
  assert.equal(routes.inFlightOf('c1'), 2);
  first.end();
  first.end();
  first.refused();
  second.end();
  assert.equal(routes.inFlightOf('c1'), 0);
  assert.deepEqual(told, [
    ['c1', 1],
    ['c1', 2],
    ['c1', 1],
    ['c1', 0],
  ]);
});

test('of two picked at random the less busy one gets the request', () => {
  const { routes } = routesOf([ONE, TWO]);
  assert.equal(leaseOf(routes).backend.id, 'c1');
  assert.equal(leaseOf(routes).backend.id, 'c2');
  assert.equal(leaseOf(routes).backend.id, 'c1');
});

test('requests spread over all instances', () => {
  const { routes } = routesOf([ONE, TWO, THREE], Math.random);
  for (let count = 0; count < 300; count += 1) leaseOf(routes);
  for (const id of ['c1', 'c2', 'c3'])
    assert.ok(routes.inFlightOf(id) > 80, `${id} has ${routes.inFlightOf(id)}`);
});

test('an instance that was tried already is not picked again; when all were tried there is none', () => {
  const { routes } = routesOf([ONE, TWO]);
  assert.equal(leaseOf(routes, new Set(['c1'])).backend.id, 'c2');
  assert.equal(leaseOf(routes, new Set(['c2'])).backend.id, 'c1');
  assert.equal(routes.lease('hello', new Set(['c1', 'c2'])), 'no_instance');
});

test('an instance that refuses three times in a row is left out until it was asked and accepts', () => {
  const { routes, asks } = routesOf([ONE, TWO]);
  for (let count = 0; count < 3; count += 1) leaseOf(routes, new Set(['c2'])).refused();
  assert.deepEqual(asks, [200]);
  for (let count = 0; count < 5; count += 1) assert.equal(leaseOf(routes).backend.id, 'c2');
  assert.equal(routes.asked(ONE, true), undefined);
  assert.equal(leaseOf(routes).backend.id, 'c1');
});

test('each time that it still refuses it is asked after twice as long, up to ten seconds, until it accepts', () => {
  const { routes, clock } = routesOf([ONE, TWO]);
  for (let count = 0; count < 3; count += 1) leaseOf(routes, new Set(['c2'])).refused();
  for (const outMs of [400, 800, 1600, 3200, 6400, 10_000, 10_000]) {
    clock.now += outMs / 2;
    assert.equal(routes.asked(ONE, false), outMs);
    const during = leaseOf(routes);
    assert.equal(during.backend.id, 'c2');
    during.end();
  }
  routes.asked(ONE, true);
  for (let count = 0; count < 3; count += 1) leaseOf(routes, new Set(['c2'])).refused();
  assert.equal(routes.asked(ONE, false), 400, 'what was before is forgotten');
});

test('should nobody ask, it comes back by itself', () => {
  const { routes, clock } = routesOf([ONE, TWO]);
  for (let count = 0; count < 3; count += 1) leaseOf(routes, new Set(['c2'])).refused();
  clock.now = 200;
  assert.equal(leaseOf(routes).backend.id, 'c2');
  clock.now = 5_200;
  assert.equal(leaseOf(routes).backend.id, 'c1');
});

test('of a life that is over nothing more is asked', () => {
  const { routes } = routesOf([ONE, TWO]);
  for (let count = 0; count < 3; count += 1) leaseOf(routes, new Set(['c2'])).refused();
  routes.apply({ type: 'patch', sequence: 2, changed: [{ ...ONE, life: 'another' }], removed: [] });
  assert.equal(routes.asked(ONE, false), undefined);
});

test('two refusals between accepted requests leave nobody out', () => {
  const { routes } = routesOf([ONE]);
  for (let round = 0; round < 3; round += 1) {
    leaseOf(routes).refused();
    leaseOf(routes).refused();
    leaseOf(routes).end();
  }
  assert.equal(leaseOf(routes).backend.id, 'c1');
});

test('the end of an old request says nothing about new connections', () => {
  const { routes } = routesOf([ONE, TWO]);
  const old = leaseOf(routes, new Set(['c2']));
  for (let count = 0; count < 3; count += 1) leaseOf(routes, new Set(['c2'])).refused();
  old.end();
  assert.equal(leaseOf(routes).backend.id, 'c2');
});

test('where every instance is left out, one is tried all the same: a refusal costs less than a 503', () => {
  const { routes } = routesOf([ONE]);
  for (let count = 0; count < 3; count += 1) leaseOf(routes).refused();
  assert.equal(leaseOf(routes).backend.id, 'c1');
});

test('refusals are forgotten with the life they belong to, late ones too', () => {
  const { routes } = routesOf([ONE, TWO]);
  const old = leaseOf(routes, new Set(['c2']));
  for (let count = 0; count < 3; count += 1) leaseOf(routes, new Set(['c2'])).refused();
  routes.apply({ type: 'patch', sequence: 2, changed: [{ ...ONE, life: 'another' }], removed: [] });
  old.refused();
  const picked = new Set([leaseOf(routes).backend.life, leaseOf(routes).backend.life]);
  assert.ok(picked.has('another'));
});

test('a patch changes the routes at once, and says which lives ended', () => {
  const { routes } = routesOf([ONE, TWO]);
  const applied = routes.apply({
    type: 'patch',
    sequence: 2,
    changed: [{ ...ONE, life: 'another', funkos: ['new'] }, THREE],
    removed: ['c2'],
  });
  assert.deepEqual(applied.endedLives.toSorted(), [ONE.life, TWO.life].toSorted());
  assert.equal(leaseOf(routes).backend.id, 'c3');
  assert.equal((routes.lease('new') as Lease).backend.id, 'c1');
  assert.deepEqual(
    routes
      .backends()
      .map(({ id }) => id)
      .toSorted(),
    ['c1', 'c3'],
  );
});

test('a change of state ends no life: what is paused or stops keeps its connections', () => {
  const { routes } = routesOf([ONE]);
  const applied = routes.apply({
    type: 'patch',
    sequence: 2,
    changed: [{ ...ONE, state: 'stopping' }],
    removed: [],
  });
  assert.deepEqual(applied.endedLives, []);
  assert.equal(routes.lease('hello'), 'no_instance');
});

test('a new table replaces the old one: what is not in it is gone', () => {
  const { routes } = routesOf([ONE, TWO]);
  const applied = routes.apply({ type: 'table', sequence: 7, backends: [TWO] });
  assert.deepEqual(applied.removed, ['c1']);
  assert.deepEqual(applied.endedLives, [ONE.life]);
  assert.equal(leaseOf(routes).backend.id, 'c2');
});

test('a patch that does not follow the state held is refused', () => {
  const { routes } = routesOf([ONE]);
  assert.throws(
    () => routes.apply({ type: 'patch', sequence: 3, changed: [], removed: [] }),
    /patch 3 does not follow/,
  );
  assert.throws(
    () => new Routes().apply({ type: 'patch', sequence: 1, changed: [], removed: [] }),
    /patch 1 does not/,
  );
});

test('requests in flight are counted on when their container leaves the table and comes back', () => {
  const { routes, told } = routesOf([ONE]);
  const lease = leaseOf(routes);
  routes.apply({ type: 'patch', sequence: 2, changed: [], removed: ['c1'] });
  assert.equal(routes.lease('hello'), 'unknown_funko');
  assert.equal(routes.inFlightOf('c1'), 1);
  routes.apply({ type: 'patch', sequence: 3, changed: [ONE], removed: [] });
  const second = leaseOf(routes);
  lease.end();
  second.end();
  assert.deepEqual(
    told.map(([, count]) => count),
    [1, 2, 1, 0],
  );
});

test('a funko that has versions and no container is down', () => {
  const routes = new Routes();
  routes.share({}, ['shop']);
  assert.equal(routes.lease('shop'), 'funko_down');
  assert.equal(routes.lease('other'), 'unknown_funko');
  routes.share({}, []);
  assert.equal(routes.lease('shop'), 'unknown_funko');
});
