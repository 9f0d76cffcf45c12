import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNotReached, mayRepeat, type Attempt } from '../../../../../src/proxy/forward/upstream/retry.ts';

test('another instance is asked only while no connection was made', () => {
  assert.ok(isNotReached('ECONNREFUSED', false));
  assert.ok(isNotReached('ECONNRESET', false));
  assert.ok(!isNotReached('ECONNREFUSED', true));
  assert.ok(!isNotReached('ECONNRESET', true));
  assert.ok(!isNotReached('UND_ERR_HEADERS_TIMEOUT', false));
});

const IDLE: Attempt = { method: 'GET', hasBody: false, perhapsClosed: true, repeated: false };
const closed = Object.assign(new Error('closed'), { code: 'UND_ERR_SOCKET' });

test('what may have arrived is repeated once, if that does no harm', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
    assert.ok(mayRepeat({ ...IDLE, method }, closed), method);
  for (const method of ['POST', 'PATCH', 'get']) assert.ok(!mayRepeat({ ...IDLE, method }, closed), method);
  assert.ok(!mayRepeat({ ...IDLE, hasBody: true }, closed));
  assert.ok(!mayRepeat({ ...IDLE, perhapsClosed: false }, closed));
  assert.ok(!mayRepeat({ ...IDLE, repeated: true }, closed));
  assert.ok(!mayRepeat(IDLE, new Error('another')));
});
