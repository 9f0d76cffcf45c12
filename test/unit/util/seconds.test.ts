import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsSince } from '../../../src/util/seconds.ts';

test('a time is told in seconds, to the millisecond', ({ mock }) => {
  mock.method(performance, 'now', () => 1276.4795169999998);
  assert.equal(secondsSince(1000), 0.276);
});
