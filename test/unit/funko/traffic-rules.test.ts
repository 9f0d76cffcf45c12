import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkManifest, parseManifest } from '../../../src/funko/manifest/manifest.ts';
import { rulesOf, trafficLabel } from '../../../src/funko/traffic-rules.ts';

const YAML = `name: shop
timeouts: { connect: 0.5, headers: 120, drain: 5 }
limits: { body: 10 MiB }
concurrency: { requests: 4, wait: 5 }
hosts: [Shop.example.com, "*.shop.example.com"]
`;

test('what funko.yml says about forwarding reaches the proxy by a label', () => {
  const manifest = checkManifest(JSON.parse(JSON.stringify(parseManifest(YAML, 'funko.yml'))));
  const label = trafficLabel(manifest);
  assert.deepEqual(rulesOf({ 'faaso.traffic': label ?? '' }), {
    connectMs: 500,
    headersMs: 120_000,
    idleMs: null,
    drainMs: 5000,
    bodyBytes: 10 * 1024 * 1024,
    hosts: ['shop.example.com', '*.shop.example.com'],
    concurrency: { requests: 4, queue: 100, waitMs: 5000 },
  });
});

test('a funko that says nothing about it gets no label, and no label means no rules', () => {
  assert.equal(trafficLabel(parseManifest('name: shop\ntimeouts:\nhosts:\n', 'funko.yml')), undefined);
  assert.equal(rulesOf({}), null);
});

test('a number alone is the number of requests', () => {
  const rules = rulesOf({ 'faaso.traffic': '{"concurrency":2}' });
  assert.deepEqual(rules?.concurrency, { requests: 2, queue: 100, waitMs: 10_000 });
});

for (const [text, says] of [
  [
    'timeouts: { connect: -1 }',
    /funko\.yml:2:\d+: timeouts\.connect is the number -1; it must be a number of seconds/,
  ],
  [
    'limits: { body: lots }',
    /limits\.body is "lots"; it must be a number of bytes, or a text such as "10 MiB"/,
  ],
  ['concurrency: 0', /concurrency is the number 0; it must be a whole number from 1/],
  ['concurrency: { queue: 3 }', /the key "requests" is missing in concurrency/],
  ['hosts: ["a.example:80"]', /hosts\.0 is "a\.example:80"; it must be a host name without a port/],
] as const) {
  test(`"${text}" is refused with its line and what is allowed`, () => {
    assert.throws(() => parseManifest(`name: shop\n${text}\n`, 'funko.yml'), says);
  });
}

test('a label that is no JSON, or says something else, is refused', () => {
  assert.throws(() => rulesOf({ 'faaso.traffic': '{' }), { code: 'bad_manifest', message: /not JSON/ });
  assert.throws(
    () => rulesOf({ 'faaso.traffic': '{"hots":[]}' }),
    /unknown key "hots".*Did you mean "hosts"/,
  );
});
