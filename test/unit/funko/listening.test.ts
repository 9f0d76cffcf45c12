import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listening } from '../../../src/funko/listening.ts';

it('the port of funko.yml goes before the image’s label, and both before 3000', () => {
  const image = { 'faaso.port': '9000', other: 'x' };
  assert.deepEqual(listening({ port: 8080, env: {} }, image), {
    labels: { 'faaso.port': '8080' },
    env: { PORT: '8080' },
  });
  assert.deepEqual(listening({ env: {} }, image), {
    labels: { 'faaso.port': '9000' },
    env: { PORT: '9000' },
  });
  assert.deepEqual(listening({ env: {} }, {}), { labels: {}, env: { PORT: '3000' } });
});

it('a PORT of the funko’s own environment stays, and a label that is no port gives none', () => {
  assert.deepEqual(listening({ env: { PORT: '1' } }, {}).env, { PORT: '1' });
  assert.deepEqual(listening({ env: {} }, { 'faaso.port': 'http' }), {
    labels: { 'faaso.port': 'http' },
    env: {},
  });
});
