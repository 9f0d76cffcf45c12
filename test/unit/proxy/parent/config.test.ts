import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../../../src/proxy/parent/config.ts';

test('an empty environment gives the defaults, and as many workers as there are cores', () => {
  const config = readConfig({});
  assert.equal(config.FAASO_NETWORK, 'faaso-net');
  assert.equal(config.FAASO_LISTEN_PORT, 8888);
  assert.ok(config.workers >= 1);
});

test('an empty variable counts as unset', () => {
  assert.equal(readConfig({ FAASO_NETWORK: '' }).FAASO_NETWORK, 'faaso-net');
});

test('a set variable wins', () => {
  const config = readConfig({ FAASO_WORKERS: '3', FAASO_LOG_LEVEL: 'warn' });
  assert.equal(config.workers, 3);
  assert.equal(config.FAASO_LOG_LEVEL, 'warn');
});

for (const [name, value] of [
  ['FAASO_WORKERS', '-1'],
  ['FAASO_WORKERS', '65'],
  ['FAASO_LISTEN_PORT', '88.5'],
  ['FAASO_LOG_LEVEL', 'loud'],
  ['FAASO_NETWORK', 'a b'],
  ['FAASO_DATA', 'data'],
  ['FAASO_TRUSTED_ADDRESSES', '10.0.0.0/8, here'],
  ['FAASO_LISTEN_PORT', '0'],
] as const) {
  test(`${name}=${value} stops the start with its name, its value and what is allowed`, () => {
    assert.throws(() => readConfig({ [name]: value }), {
      code: 'bad_setting',
      message: new RegExp(`^${name} is "${value.replace('.', '\\.')}"; it must be .+\\.$`),
    });
  });
}
