import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sync } from '../../../../src/proxy/tracking/sync.ts';

/** A state that is told of with the time at which it began. */
function syncAt(): { sync: Sync; clock: { now: number }; told: string[] } {
  const clock = { now: 0 };
  const sync = new Sync(() => clock.now);
  const told: string[] = [];
  sync.changes$.subscribe(({ state, since, reason }) => told.push(`${state} ${Date.parse(since)} ${reason}`));
  return { sync, clock, told };
}

test('it is starting until it is in step for the first time, whatever fails before', () => {
  const { sync, told } = syncAt();
  assert.equal(sync.state.state, 'starting');
  assert.equal(sync.lost('no engine'), false);
  assert.equal(sync.lost('no engine'), false);
  assert.equal(sync.inStep(), true);
  assert.equal(sync.inStep(), false);
  assert.deepEqual(told, ['starting 0 no engine', 'in_step 0 null']);
});

test('it is stale from the first failure on, with the last reason', () => {
  const { sync, clock, told } = syncAt();
  sync.inStep();
  clock.now = 1000;
  assert.equal(sync.lost('the stream has ended'), true);
  clock.now = 2000;
  assert.equal(sync.lost('no engine'), false);
  clock.now = 3000;
  sync.inStep();
  assert.deepEqual(told, [
    'in_step 0 null',
    'stale 1000 the stream has ended',
    'stale 1000 no engine',
    'in_step 3000 null',
  ]);
});
