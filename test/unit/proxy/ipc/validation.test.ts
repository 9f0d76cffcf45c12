import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NUMBERS } from '../../../../src/proxy/ipc/stats.ts';
import { fromWorker } from '../../../../src/proxy/ipc/validation.ts';

test('messages of a known shape pass, without what was added to them', () => {
  assert.deepEqual(fromWorker({ type: 'pong', nonce: 3, extra: 1 }), { type: 'pong', nonce: 3 });
  assert.deepEqual(fromWorker({ type: 'probed', id: 'ab12', life: 'x' }), {
    type: 'probed',
    id: 'ab12',
    life: 'x',
  });
  const missed = { type: 'missed', id: 'ab12', life: 'x', miss: 404 };
  assert.deepEqual(fromWorker({ ...missed, extra: 1 }), missed);
  assert.deepEqual(fromWorker({ type: 'load', inFlight: { ab12: 2 } }), {
    type: 'load',
    inFlight: { ab12: 2 },
  });
  assert.deepEqual(fromWorker({ type: 'listening', port: 8888 }), { type: 'listening', port: 8888 });
});

for (const message of [
  JSON.parse('{"type":"load","inFlight":{"__proto__":1}}'),
  JSON.parse('{"type":"load","inFlight":{"constructor":1}}'),
  JSON.parse('{"__proto__":{"type":"pong","nonce":1}}'),
  { type: '__proto__' },
  { type: ['pong'], nonce: 1 },
  { type: 'pong', nonce: 2 ** 53 },
  { type: 'pong', nonce: null },
  { type: 'load', inFlight: { ab: -1 } },
  { type: 'load', inFlight: { ab: '1' } },
  { type: 'load', inFlight: null },
  { type: 'enter', funko: '', ticket: 1, requests: 1, queue: 1 },
  { type: 'enter', funko: 'x'.repeat(256), ticket: 1, requests: 1, queue: 1 },
  { type: 'enter', funko: 'x', ticket: 1, requests: 1e300, queue: 1 },
  { type: 'leave', funko: {}, ticket: 1 },
  { type: 'counted', funkos: { x: [1] } },
  { type: 'counted', funkos: { x: new Array(NUMBERS).fill(-1) } },
  { type: 'counted', funkos: { x: { length: NUMBERS } } },
  { type: 'cannot_listen', code: 5 },
  null,
  'pong',
  [],
  { type: 'up', name: 'hello' },
  { type: 'pong', nonce: -1 },
  { type: 'pong', nonce: '1' },
  { type: 'probed', id: '../x', life: '1' },
  { type: 'missed', id: 'ab', life: '1', miss: 'docker rm -f x' },
  { type: 'missed', id: 'ab', life: '1', miss: 1e9 },
  { type: 'probed', id: 'ab', life: 'x'.repeat(1000) },
  { type: 'load', inFlight: { ab: 1.5 } },
  { type: 'load', inFlight: { 'not-hex': 1 } },
  { type: 'load', inFlight: [1] },
  { type: 'listening', port: 70_000 },
  { type: 'cannot_listen', code: 'because\n' },
]) {
  test(`${JSON.stringify(message).slice(0, 80)} is not believed`, () => {
    assert.equal(fromWorker(message), undefined);
  });
}

test('brackets as deep as a line is long are not believed', () => {
  const depth = 2_000_000;
  assert.equal(fromWorker(JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)), undefined);
});
