import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoutingTable } from '../../../../src/proxy/tracking/table.ts';
import { backend } from '../../../support/routing/samples.ts';

test('a change makes a new table, counts it, says what differs, and leaves the old one as it was', () => {
  const empty = RoutingTable.empty();
  const first = empty.with(new Map([['c1', backend()]]));
  assert.ok(first);
  assert.equal(first.table.sequence, 1);
  assert.deepEqual(first.change, { sequence: 1, changed: [backend()], removed: [] });
  assert.deepEqual(first.table.get('c1'), backend());
  assert.equal(empty.get('c1'), undefined);
  assert.equal(empty.sequence, 0);
});

test('what changes nothing makes no new table', () => {
  const table = RoutingTable.empty().with(new Map([['c1', backend()]]))?.table;
  assert.equal(table?.with(new Map([['c1', backend()]])), undefined);
  assert.equal(table?.with(new Map([['c2', undefined]])), undefined);
  assert.equal(table?.with(new Map()), undefined);
});

for (const [what, changes] of Object.entries({
  state: { state: 'paused' },
  address: { address: '172.20.0.3' },
  funkos: { funkos: ['hello', 'other'] },
  probe: { probe: { kind: 'http', path: '/ping' } },
  life: { life: 'another' },
  reason: { reason: 'another' },
} as const)) {
  test(`a backend with another ${what} is a change`, () => {
    const table = RoutingTable.empty().with(new Map([['c1', backend()]]))?.table;
    const next = table?.with(new Map([['c1', backend(changes)]]));
    assert.deepEqual(next?.change.changed, [backend(changes)]);
  });
}

test('the last backend of a funko that goes takes the funko with it', () => {
  const full = RoutingTable.empty().with(new Map([['c1', backend()]]))?.table;
  const next = full?.with(new Map([['c1', undefined]]));
  assert.deepEqual(next?.change, { sequence: 2, changed: [], removed: ['c1'] });
  assert.deepEqual(next.table.ofFunko('hello'), []);
  assert.deepEqual(next.table.backends(), []);
});

test('a funko has its backends sorted by name, and a backend with two aliases belongs to both', () => {
  const two = backend({ id: 'c2', name: 'faaso-hello.2', funkos: ['hello', 'other'] });
  const one = backend({ id: 'c1', name: 'faaso-hello.1' });
  const table = RoutingTable.empty().with(
    new Map([
      ['c2', two],
      ['c1', one],
    ]),
  )?.table;
  assert.deepEqual(table?.ofFunko('hello'), [one, two]);
  assert.deepEqual(table.ofFunko('other'), [two]);
});

test('a table of a thousand backends finds and lists each of them', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `${(index * 7919).toString(16)}-${index}`);
  const table = RoutingTable.empty().with(new Map(ids.map((id) => [id, backend({ id })])))?.table;
  assert.equal(table?.backends().length, 1000);
  for (const id of ids) assert.equal(table.get(id)?.id, id);
});
