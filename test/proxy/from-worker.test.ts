import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromWorker } from '../../src/proxy/workers/from-worker.ts';

test('messages of a known shape pass, without what was added to them', () => {
  assert.deepEqual(fromWorker({ type: 'pong', nonce: 3, extra: 1 }), { type: 'pong', nonce: 3 });
  assert.deepEqual(fromWorker({ type: 'probed', id: 'ab12', life: 'x' }), {
    type: 'probed',
    id: 'ab12',
    life: 'x',
  });
  assert.deepEqual(fromWorker({ type: 'load', inFlight: { ab12: 2 } }), {
    type: 'load',
    inFlight: { ab12: 2 },
  });
  assert.deepEqual(fromWorker({ type: 'listening', port: 8888 }), { type: 'listening', port: 8888 });
});

for (const message of [
  null,
  'pong',
  [],
  { type: 'up', name: 'hello' },
  { type: 'pong', nonce: -1 },
  { type: 'pong', nonce: '1' },
  { type: 'probed', id: '../x', life: '1' },
  { type: 'probed', id: 'ab', life: 'x'.repeat(1000) },
  { type: 'load', inFlight: { ab: 1.5 } },
  { type: 'load', inFlight: { 'not-hex': 1 } },
  { type: 'load', inFlight: [1] },
  { type: 'listening', port: 70_000 },
  { type: 'cannot_listen', code: 'because\n' },
]) {
  test(`${JSON.stringify(message).slice(0, 60)} is not believed`, () => {
    assert.equal(fromWorker(message), undefined);
  });
}
