import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLater, nanosOf, nanosOfMs } from '../../../../src/proxy/tracking/engine-time.ts';
import { endsContainer, signalNumber } from '../../../../src/proxy/tracking/signals.ts';

test('a moment is read to the nanosecond, whatever its number of digits', () => {
  assert.equal(nanosOf('2026-11-24T10:34:31.776486525Z'), '1795516471776486525');
  assert.equal(nanosOf('2026-11-24T10:34:31.7Z'), '1795516471700000000');
  assert.equal(nanosOf('2026-11-24T10:34:31Z'), '1795516471000000000');
  assert.equal(nanosOf('2026-11-24T12:34:31.5+02:00'), '1795516471500000000');
  assert.equal(nanosOfMs(1795516471776.9), '1795516471776000000');
});

test('no moment is earlier than any', () => {
  for (const nothing of [null, '', 'soon', '0001-01-01T00:00:00Z']) assert.equal(nanosOf(nothing), '0');
  assert.ok(isLater(nanosOf('1970-01-02T00:00:00Z'), '0'));
});

test('moments compare as numbers, not as words', () => {
  assert.ok(isLater('1000000000', '999999999'));
  assert.ok(isLater('1795516471776486526', '1795516471776486525'));
  assert.ok(!isLater('5', '5'));
});

test('a signal is known by number and by name', () => {
  for (const name of ['15', 'SIGTERM', 'TERM', 'sigterm']) assert.equal(signalNumber(name), 15);
  assert.equal(signalNumber('SIGRTMIN+3'), 37);
  assert.equal(signalNumber('SIGRTMAX-1'), 63);
  assert.equal(signalNumber('SIGNONE'), undefined);
});

test('its own stop signal, TERM and KILL end a container, others do not', () => {
  assert.ok(endsContainer('3', 'SIGQUIT'));
  assert.ok(endsContainer('15', 'SIGQUIT'));
  assert.ok(endsContainer('9', 'SIGTERM'));
  assert.ok(!endsContainer('3', 'SIGTERM'));
  assert.ok(!endsContainer('1', 'SIGTERM'));
});
