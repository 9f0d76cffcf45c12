import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

/** Fields of a response by which a funko would rule the whole origin. */
const RULING = [
  ['set-cookie', 'a=1'],
  ['set-cookie', 'b=2; Path=/; HttpOnly'],
  ['set-cookie', 'c=3; path = /x'],
  ['set-cookie', 'd=4; Path=/funko/one/y; PATH=/funko/other'],
  ['set-cookie', 'e=5; Path=/funko/onerous'],
  ['set-cookie', 'f=6; Path=relative'],
  ['set-cookie', 'g=/; Path=/funko/one'],
  ['service-worker-allowed', '/'],
  ['clear-site-data', '"*"'],
  ['alt-svc', 'h2=":9000"'],
  ['x-kept', 'yes'],
] as const;

/** The values that reach a client, for a request to this target with these fields. */
async function reaching(
  target: string,
  given: readonly (readonly [string, string])[],
  ...fields: string[]
): Promise<string[]> {
  await using stand = await startWorkerHarness();
  const connections = await stand.rawFunko('one');
  using client = await stand.connect();
  client.send(get(target, ...fields));
  const connection = await connections.next();
  await connection.until('\r\n\r\n');
  const lines = given.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const upgrade = fields.length > 0 && fields[0]?.startsWith('Connection');
  connection.send(
    upgrade
      ? `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${lines}\r\n`
      : `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${lines}\r\n`,
  );
  const answer = await client.answer();
  return [...new Set(given.map(([name]) => name))].flatMap((name) => answer.all(name));
}

describe('what a funko says of its origin', () => {
  it('is cut, or holds for its own path, where it shares the origin with all funkos', async () => {
    const narrowed = [
      'a=1',
      'b=2; Path=/funko/one/; HttpOnly',
      'c=3; Path=/funko/one/x',
      'd=4; Path=/funko/one/y; Path=/funko/one/funko/other',
      'e=5; Path=/funko/one/funko/onerous',
      'f=6; Path=relative',
      'g=/; Path=/funko/one',
      '/funko/one/',
      'yes',
    ];
    assert.deepEqual(await reaching('/funko/one/', RULING), narrowed);
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
    assert.deepEqual(await reaching('/funko/one/', RULING, ...upgrade), narrowed);
  });

  it('passes under a name of its own', async () => {
    const all = RULING.map(([, value]) => value);
    assert.deepEqual(await reaching('http://one.localhost/', RULING), all);
  });

  it('narrows no scope of a service worker that is its own', async () => {
    const of = async (value: string): Promise<string[]> =>
      reaching('/funko/one/', [['service-worker-allowed', value]]);
    for (const own of ['/funko/one/', '/funko/one/app/', './', 'app/'])
      assert.deepEqual(await of(own), [own]);
    for (const other of ['/', '/funko/', '/funko/one', '../', '/funko/one/../two/', '//x/funko/one/', ''])
      assert.deepEqual(await of(other), other === '' ? [''] : ['/funko/one/'], other);
  });
});

describe('what a client claims that servers and frameworks believe', () => {
  const CLAIMS = [
    'True-Client-IP: 6.6.6.6',
    'CF-Connecting-IP: 6.6.6.6',
    'X-Client-IP: 6.6.6.6',
    'X_Client_IP: 6.6.6.6',
    'X-Original-URL: /admin',
    'X-Rewrite-URL: /admin',
    'X_Rewrite_URL: /admin',
  ];

  async function seen(trustedAddresses: readonly string[]): Promise<string[]> {
    await using stand = await startWorkerHarness({ settings: { trustedAddresses } });
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', 'Proxy: http://evil.test', 'X-HTTP-Method-Override: DELETE', ...CLAIMS));
    const connection = await connections.next();
    const head = await connection.until('\r\n\r\n');
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await client.answer();
    return head
      .split('\r\n')
      .filter((line) => /^(proxy|true|cf|x.client|x.original|x.rewrite|x-http)/i.test(line));
  }

  it('does not reach a funko', async () => {
    assert.deepEqual(await seen([]), ['X-HTTP-Method-Override: DELETE']);
  });

  it('reaches it from a trusted address, but for what CGI would take for a setting', async () => {
    const plain = CLAIMS.filter((line) => !line.includes('_'));
    assert.deepEqual(await seen(['127.0.0.0/8']), ['X-HTTP-Method-Override: DELETE', ...plain]);
  });
});
