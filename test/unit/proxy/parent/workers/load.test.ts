import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Load } from '../../../../../src/proxy/parent/workers/load.ts';

test('requests in flight are summed over the workers', () => {
  const load = new Load();
  load.report(0, { a: 2, b: 1 });
  load.report(1, { a: 3 });
  assert.equal(load.of('a'), 5);
  load.report(0, { a: 0 });
  assert.equal(load.of('a'), 3);
});

test('idle resolves when the last worker has none left', async () => {
  const load = new Load();
  load.report(0, { a: 1 });
  load.report(1, { a: 1 });
  let idle = false;
  const waited = load.idle('a', new AbortController().signal).then(() => {
    idle = true;
  });
  load.report(0, { a: 0 });
  await Promise.resolve();
  assert.equal(idle, false);
  load.report(1, { a: 0 });
  await waited;
});

test('the requests of a worker that ended count no more', async () => {
  const load = new Load();
  load.report(0, { a: 1 });
  const waited = load.idle('a', new AbortController().signal);
  load.forget(0);
  await waited;
  assert.equal(load.of('a'), 0);
});

test('idle gives up when its signal aborts', async () => {
  const load = new Load();
  load.report(0, { a: 1 });
  const giveUp = new AbortController();
  const waited = load.idle('a', giveUp.signal);
  giveUp.abort();
  await waited;
  assert.equal(load.of('a'), 1);
});
