import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signalName } from '../../../src/docker/containers.ts';

test('a stop signal is named alike, whatever way an image writes it', () => {
  for (const text of ['SIGINT', 'INT', 'int', '2']) assert.equal(signalName(text), 'SIGINT', text);
  assert.equal(signalName('SIGRTMIN+3'), 'SIGRTMIN+3');
  assert.equal(signalName('37'), '37');
});

test('without a stop signal it is SIGTERM', () => {
  assert.equal(signalName(undefined), 'SIGTERM');
  assert.equal(signalName(''), 'SIGTERM');
});
