import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerRules } from '../../../src/funko/container-rules.ts';
import { checkManifest, parseManifest } from '../../../src/funko/manifest/manifest.ts';

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
    capabilities: [],
    volumes: [],
    healthcheck: null,
    restart: 'unless-stopped',
  });
});

test('what funko.yml says comes in the engine’s units', () => {
  const rules = rulesOf(`resources: { memory: 2 GiB, cpus: 0.5, pids: 64 }
readonly: true
user: 1000
capabilities: [CHOWN, KILL]
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
    capabilities: ['CHOWN', 'KILL'],
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
  [
    'capabilities: [CHOWN, NET_RAW]',
    /2:23: capabilities\.1 is "NET_RAW"; it must be one of AUDIT_WRITE, CHOWN/,
  ],
  ['capabilities: [SYS_ADMIN]', /"SYS_ADMIN"; it must be one of /],
  ['capabilities: [cap_chown]', /"cap_chown"; .* Did you mean "CHOWN"\?/],
  ['capabilities: [SETUDI]', /"SETUDI"; .* Did you mean "SETUID"\?/],
  ['capabilities: CHOWN', /capabilities is "CHOWN"; it must be a list of some of AUDIT_WRITE, /],
  [
    'resources: { memory: lots }',
    /2:22: resources\.memory is "lots"; it must be a text from "6 MiB" to "9999 GiB"/,
  ],
  ['resources: { memory: 1 MiB }', /"1 MiB"; it must be a text from "6 MiB" to "9999 GiB"/],
  ['resources: { memory: 5MiB }', /from "6 MiB"/],
  ['resources: { memory: 900 TiB }', /"900 TiB"; it must be a text from "6 MiB" to "9999 GiB"/],
  ['resources: { memory: 10000 GiB }', /to "9999 GiB"/],
  ['resources: { ram: 1 GiB }', /unknown key "ram" in resources; allowed: memory, cpus, pids/],
  ['readonly: "yes"', /it must be true or false/],
  ['user: "root; rm"', /a user’s name or number/],
  ['secrets: [.hidden]', /secrets\.0.*letters, digits/],
  ['generated_secrets: [A]', /it must be a mapping of names to numbers of characters/],
  ['generated_secrets: { A: 8 }', /a whole number from 16 to 1024/],
  ['secrets: { A: b }', /it must be a list of names/],
  ['volumes: { /etc: /data }', /the key "\/etc" in volumes must be/],
  ['volumes: { data: data }', /the path of a folder in the container/],
  ['volumes: { data: /a/../run/secrets }', /the path of a folder in the container/],
  ['volumes: { keys: /run/secrets }', /\/run\/secrets or below/],
  ['volumes: { data: /proc }', /^funko\.yml:2:18: volumes\.data is "\/proc"; .* nor \/proc, \/sys, \/dev,/],
  ['volumes: { data: /sys/fs }', /nor \/proc/],
  ['volumes: { data: //dev }', /nor \/proc/],
  ['volumes: { data: / }', /and not \/, nor/],
  ['volumes: { a: /data, b: /data }', /^funko\.yml:2:25: volumes\.b is "\/data", and so is volumes\.a;/],
  [
    'healthcheck: { path: /, interval: 5 }',
    /^funko\.yml:2:25: healthcheck\.interval needs .* Docker checks nothing/,
  ],
  ['healthcheck: { command: [], retries: 5 }', /healthcheck\.retries needs healthcheck\.command/],
  ['volumes: { secrets: /data }', /and not "secrets"/],
  ['healthcheck: { path: ping }', /begins with "\/"/],
  ['healthcheck: { path: /a#b }', /without spaces and "#"/],
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

test('what is near to that is allowed', () => {
  const { volumes, memory } = rulesOf(
    'volumes: { a: /process, b: /data/proc }\nresources: { memory: 6 MiB }\n',
  );
  assert.deepEqual(
    volumes.map(({ target }) => target),
    ['/process', '/data/proc'],
  );
  assert.equal(memory, 6 * 1024 ** 2);
});

test('a version that was built before its settings were found to do nothing can be started on', () => {
  const manifest = { name: 'hello', runtime: null, healthcheck: { interval: 5 } };
  assert.equal(containerRules('hello', checkManifest(manifest)).healthcheck, null);
});
