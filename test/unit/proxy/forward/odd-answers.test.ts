import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawAnswer } from '../../../support/forward/raw-client.ts';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const WEBSOCKET = ['Connection: Upgrade', 'Upgrade: websocket'];

/** Asks a raw funko that answers with this text, and asks it again, on whatever connection that goes; gives both answers. */
async function askTwice(text: string, method = 'GET'): Promise<{ first: RawAnswer; connections: number }> {
  await using stand = await startWorkerHarness();
  const connections = await stand.rawFunko('one');
  using client = await stand.connect();
  client.send(get('/funko/one/1').replace('GET', method));
  const connection = await connections.next();
  await connection.until('\r\n\r\n');
  connection.send(text);
  const first = await client.answer(method);
  client.send(get('/funko/one/2'));
  const second = await Promise.race([
    connections.next(),
    connection.until('GET /2 ').then(
      () => connection,
      async () => new Promise<never>(() => undefined),
    ),
  ]);
  second.send(`${OK}Content-Length: 6\r\n\r\nsecond`);
  assert.equal((await client.answer()).body, 'second');
  assert.equal(client.text, '');
  await stand.idle();
  return { first, connections: connections.all.length };
}

describe('what follows an answer that has no body', () => {
  const bodies: [string, string, string][] = [
    ['204 with a length', 'GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\npoison'],
    ['204 without a length', 'GET', `HTTP/1.1 204 No Content\r\n\r\n${OK}Content-Length: 6\r\n\r\npoison`],
    [
      '204 in chunks',
      'GET',
      'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    ],
    ['304 with a length', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\npoison'],
    ['304 with an answer', 'GET', `HTTP/1.1 304 Not Modified\r\n\r\n${OK}Content-Length: 6\r\n\r\npoison`],
    ['HEAD with a length', 'HEAD', `${OK}Content-Length: 6\r\nConnection: keep-alive\r\n\r\npoison`],
    ['HEAD in chunks', 'HEAD', `${OK}Transfer-Encoding: chunked\r\n\r\n6\r\npoison\r\n0\r\n\r\n`],
    ['a length of 0', 'GET', `${OK}Content-Length: 0\r\n\r\n${OK}Content-Length: 6\r\n\r\npoison`],
  ];
  for (const [what, method, text] of bodies) {
    it(`is never taken for the next answer: ${what}`, async () => {
      const { first, connections } = await askTwice(text, method);
      assert.equal(first.body, '');
      assert.equal(connections, 2);
    });
  }
});

describe('an odd answer that is sound is passed on', () => {
  it('a status that nobody knows, without a reason or with one that is too long', async () => {
    assert.equal((await askTwice('HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n')).first.status, 999);
    for (const reason of ['', ' ', ` ${'x'.repeat(100_000)}`, ' a\x01b', ' Gr\xfc\xdfe']) {
      const { first } = await askTwice(`HTTP/1.1 404${reason}\r\nContent-Length: 0\r\n\r\n`);
      assert.equal(first.statusLine, 'HTTP/1.1 404 Not Found');
    }
  });

  it('names that objects have of their own are fields like any others', async () => {
    const { first } = await askTwice(
      `${OK}__proto__: a\r\n__proto__: b\r\nconstructor: c\r\nhasOwnProperty: d\r\nTransfer-Encoding: chunked\r\n\r\n` +
        '0\r\nconstructor: e\r\n__proto__: f\r\n\r\n',
    );
    assert.deepEqual(first.all('__proto__'), ['a', 'b']);
    assert.deepEqual([first.header('constructor'), first.header('hasownproperty')], ['c', 'd']);
    assert.deepEqual(first.trailers, [
      ['constructor', 'e'],
      ['__proto__', 'f'],
    ]);
  });

  it('Connection takes off what the funko names, never the framing', async () => {
    const { first } = await askTwice(
      `${OK}Connection: content-length, X-Gone\r\nX-Gone: 1\r\nX-Kept: 2\r\nContent-Length: 2\r\n\r\nok`,
    );
    assert.equal(first.body, 'ok');
    assert.deepEqual([first.header('x-gone'), first.header('x-kept')], [undefined, '2']);
  });

  it('from HTTP/1.0, with a length or in chunks; that connection is not used again', async () => {
    for (const rest of [
      'Content-Length: 2\r\n\r\nok',
      'Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ]) {
      const { first, connections } = await askTwice(`HTTP/1.0 200 OK\r\n${rest}`);
      assert.deepEqual([first.body, connections], ['ok', 2]);
    }
  });
});

describe('interim answers', () => {
  it('of any number do no harm: a client that does not read gets none of them', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.socket.pause();
    client.send(get('/funko/one/'));
    const connection = await connections.next();
    const flood = `HTTP/1.1 102 Processing\r\nX: ${'y'.repeat(1000)}\r\n\r\n`.repeat(1000);
    for (let mib = 0; mib < 32; mib += 1) {
      connection.send(flood);
      while (connection.socket.writableLength > flood.length) await new Promise(setImmediate);
    }
    connection.send(`${OK}Content-Length: 4\r\n\r\nlast`);
    client.socket.resume();
    await client.until(/\r\n\r\nlast$/);
    const interim = `HTTP/1.1 102 Processing\r\nx: ${'y'.repeat(1000)}\r\n\r\n`;
    const pieces = client.text.split(interim);
    assert.ok(pieces.length < 20_000, `${pieces.length} of 32,000`);
    assert.match(pieces.pop() ?? '', /^HTTP\/1\.1 200 OK\r\n/);
    assert.deepEqual(new Set(pieces), new Set(['']));
  });

  it('lose what concerns one connection, and any framing', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    (await connections.next()).send(
      'HTTP/1.1 103 Early Hints\r\nConnection: X-Gone\r\nX-Gone: 1\r\nTransfer-Encoding: chunked\r\n' +
        `Upgrade: h2c\r\nLink: </a>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
    );
    assert.deepEqual((await client.answer()).headers, [['link', '</a>']]);
    assert.equal((await client.answer()).body, 'ok');
  });
});

describe('an upgrade to a WebSocket', () => {
  for (const [what, text] of [
    [
      'another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nPRI',
    ],
    ['no protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    [
      'a field that HTTP does not allow',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX: a\x01b\r\n\r\n',
    ],
  ] as const) {
    it(`that is answered with ${what} is a 502`, async () => {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(get('/funko/one/', ...WEBSOCKET));
      const connection = await connections.next();
      connection.send(text);
      assert.equal((await client.answer()).status, 502);
      await connection.closed();
      await stand.idle();
    });
  }

  it('may be preceded by hints', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', ...WEBSOCKET));
    (await connections.next()).send(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n\r\nhi',
    );
    assert.equal((await client.answer()).status, 103);
    assert.equal((await client.answer()).status, 101);
    await client.until('hi');
  });
});
