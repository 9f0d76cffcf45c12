/** Which version gets a request where two share them, and how versions are found by name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Routes } from '../../../../src/proxy/balancing/routes.ts';
import { backend } from '../../../support/routing/samples.ts';

const OLD = backend({ id: 'c7', name: 'faaso-hello.1', version: 'v7' });
const OLD_TOO = backend({ id: 'c7b', name: 'faaso-hello.2', version: 'v7' });
const NEW = backend({ id: 'c8', name: 'faaso-hello.3', version: 'v8' });

/** With dice that always fall alike. */
function routesOf(...backends: (typeof OLD)[]): Routes {
  let state = 1;
  const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  const routes = new Routes(
    () => undefined,
    random,
    () => 0,
  );
  routes.apply({ type: 'table', sequence: 1, backends });
  return routes;
}

/** How many of these many requests each container gets. */
function census(routes: Routes, requests: number, tried?: ReadonlySet<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let sent = 0; sent < requests; sent += 1) {
    const lease = routes.lease('hello', tried);
    assert.ok(typeof lease === 'object', `no lease: ${JSON.stringify(lease)}`);
    counts[lease.backend.id] = (counts[lease.backend.id] ?? 0) + 1;
    lease.end();
  }
  return counts;
}

test('a version gets as many requests as its weight says, however many instances it has', () => {
  const routes = routesOf(OLD, OLD_TOO, NEW);
  routes.share({ hello: { v7: 90, v8: 10 } });
  const counts = census(routes, 3000);
  const share = (counts['c8'] ?? 0) / 3000;
  assert.ok(share > 0.07 && share < 0.13, `v8 got ${share} of the requests`);
  routes.share({ hello: { v7: 0, v8: 100 } });
  assert.deepEqual(census(routes, 100), { c8: 100 });
});

test('without weights all ready instances are alike again', () => {
  const routes = routesOf(OLD, NEW);
  routes.share({ hello: { v7: 100, v8: 0 } });
  assert.deepEqual(census(routes, 50), { c7: 50 });
  routes.share({});
  assert.ok((census(routes, 100)['c8'] ?? 0) > 20);
});

test('a request goes to the other version rather than nowhere', () => {
  const routes = routesOf(OLD, NEW);
  routes.share({ hello: { v7: 100, v8: 0 } });
  assert.deepEqual(census(routes, 5, new Set(['c7'])), { c8: 5 }, 'refused by the only one of its version');
  routes.apply({ type: 'patch', sequence: 2, changed: [{ ...OLD, state: 'stopping' }], removed: [] });
  assert.deepEqual(census(routes, 5), { c8: 5 }, 'its version has gone');
  routes.apply({ type: 'patch', sequence: 3, changed: [OLD], removed: [] });
  assert.deepEqual(census(routes, 5), { c7: 5 }, 'it is back');
});

test('weights that came before the instances hold for them', () => {
  const routes = new Routes();
  routes.share({ hello: { v7: 100, v8: 0 }, constructor: { v1: 100, v2: 0 } });
  routes.apply({ type: 'table', sequence: 1, backends: [OLD, NEW] });
  assert.deepEqual(census(routes, 20), { c7: 20 });
});

test('NAME@vN leads to what runs of that version, in service or as a preview; NAME to no preview', () => {
  const preview = backend({ id: 'p', name: 'faaso-hello_v9.1', funkos: ['hello@v9'], version: 'v9' });
  const routes = routesOf(OLD, NEW, preview);
  const instanceOf = (name: string): string => {
    const lease = routes.lease(name);
    return typeof lease === 'object' ? lease.backend.id : lease;
  };
  assert.deepEqual(['hello@v7', 'hello@v8', 'hello@v9', 'hello@v1'].map(instanceOf), [
    'c7',
    'c8',
    'p',
    'unknown_funko',
  ]);
  assert.equal(census(routes, 100)['p'], undefined);
  routes.apply({ type: 'patch', sequence: 2, changed: [], removed: ['c7', 'c8'] });
  assert.equal(routes.lease('hello'), 'unknown_funko');
  assert.equal(routes.lease('hello@v8'), 'unknown_funko');
});
