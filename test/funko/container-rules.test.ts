import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerRules } from '../../src/funko/container-rules.ts';
import { parseManifest } from '../../src/funko/manifest.ts';

function rulesOf(yaml: string): ReturnType<typeof containerRules> {
  return containerRules('hello', parseManifest(`name: hello\n${yaml}`, 'funko.yml'));
}

test('a funko that says nothing is limited in memory and processes, and is started again', () => {
  assert.deepEqual(rulesOf(''), {
    memory: 512 * 1024 ** 2,
    nanoCpus: 0,
    pids: 512,
    readonly: false,
    user: null,
    volumes: [],
    healthcheck: null,
    restart: 'unless-stopped',
  });
});

test('what funko.yml says comes in the engine’s units', () => {
  const rules = rulesOf(`resources: { memory: 2 GiB, cpus: 0.5, pids: 64 }
readonly: true
user: 1000
volumes: { data: /var/lib/data }
healthcheck: { command: [node, check.js], interval: 10 }
restart: "no"
`);
  assert.deepEqual(rules, {
    memory: 2 * 1024 ** 3,
    nanoCpus: 500_000_000,
    pids: 64,
    readonly: true,
    user: '1000',
    volumes: [
      {
        name: 'faaso-hello.data',
        target: '/var/lib/data',
        labels: { 'faaso.funko': 'hello' },
        readonly: false,
      },
    ],
    healthcheck: { command: ['node', 'check.js'], intervalMs: 10_000, timeoutMs: 5000, retries: 3 },
    restart: 'no',
  });
});

const BAD: readonly (readonly [string, RegExp])[] = [
  ['resources: { memory: lots }', /2:22: resources\.memory is "lots"; it must be a text such as "256 MiB"/],
  ['resources: { ram: 1 GiB }', /unknown key "ram" in resources; allowed: memory, cpus, pids/],
  ['readonly: "yes"', /it must be true or false/],
  ['user: "root; rm"', /a user’s name or number/],
  ['secrets: [.hidden]', /secrets\.0.*letters, digits/],
  ['secrets: { A: b }', /it must be a list of names/],
  ['volumes: { /etc: /data }', /the key "\/etc" in volumes must be/],
  ['volumes: { data: data }', /the path of a folder in the container/],
  ['volumes: { data: /a/../run/secrets }', /the path of a folder in the container/],
  ['volumes: { keys: /run/secrets }', /not below \/run\/secrets/],
  ['volumes: { secrets: /data }', /and not "secrets"/],
  ['healthcheck: { path: ping }', /begins with "\/"/],
  ['restart: sometimes', /one of "unless-stopped"/],
];
for (const [yaml, message] of BAD) {
  test(`${yaml} is refused, with what is allowed`, () => {
    assert.throws(() => rulesOf(`${yaml}\n`), { code: 'bad_manifest', message });
  });
}

test('secrets are one volume more, at a place of its own, which can’t be written to', () => {
  const { volumes } = rulesOf('secrets: [API_KEY, db-password]\nvolumes: { data: /data }\n');
  assert.deepEqual(
    volumes.map(({ name, target, readonly }) => [name, target, readonly]),
    [
      ['faaso-hello.data', '/data', false],
      ['faaso-hello.secrets', '/run/secrets', true],
    ],
  );
  assert.deepEqual(rulesOf('secrets: []').volumes, []);
});
