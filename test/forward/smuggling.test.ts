import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { get, startStand } from './stand.ts';

/** Head lines of a request that must not get through, and the status it gets. */
const REFUSED: [string, number, string][] = [
  [
    'a Content-Length beside Transfer-Encoding',
    400,
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'Transfer-Encoding beside a Content-Length',
    400,
    'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n',
  ],
  ['two Content-Lengths that differ', 400, 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
  ['two Content-Lengths that agree', 400, 'Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello'],
  ['a list as Content-Length', 400, 'Content-Length: 5, 5\r\n\r\nhello'],
  ['a sign in Content-Length', 400, 'Content-Length: +5\r\n\r\nhello'],
  ['a negative Content-Length', 400, 'Content-Length: -5\r\n\r\nhello'],
  ['a hexadecimal Content-Length', 400, 'Content-Length: 0x5\r\n\r\nhello'],
  ['a Content-Length beyond counting', 413, 'Content-Length: 9007199254740993\r\n\r\nhello'],
  ['a coding before chunked', 501, 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['a coding after chunked', 400, 'Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n'],
  ['chunked twice in one field', 400, 'Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n'],
  [
    'chunked twice in two fields',
    400,
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['an unknown coding', 501, 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
  ['a quoted coding', 501, 'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n'],
  ['a space before the colon', 400, 'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'],
  ['a tab before the colon', 400, 'Content-Length\t: 5\r\n\r\nhello'],
  ['a folded field', 400, 'X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a bare LF', 400, 'X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a bare CR', 400, 'X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a NUL in a value', 400, 'X: a\0b\r\n\r\n'],
  ['a NUL in a name', 400, 'X\0: a\r\n\r\n'],
  ['a chunk size that is none', 400, 'Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n'],
  ['a negative chunk size', 400, 'Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk size with a sign', 400, 'Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk longer than its size', 400, 'Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n'],
  [
    'a chunk size beyond counting',
    400,
    'Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n',
  ],
  ['a chunk that ends with LF', 400, 'Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n'],
  ['a second Host', 400, 'Host: other.test\r\n\r\n'],
  ['the same Host twice', 400, 'Host: faaso.test\r\n\r\n'],
];

describe('a request that could be read in two ways', () => {
  for (const [what, status, rest] of REFUSED) {
    it(`is refused with ${status}, reaches no funko, and ends the connection: ${what}`, async () => {
      await using stand = await startStand();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      // What follows would be taken for a request by whoever reads the first one differently.
      client.send(
        `POST /funko/one/ HTTP/1.1\r\nHost: faaso.test\r\n${rest}GET /funko/one/smuggled HTTP/1.1\r\nHost: a\r\n\r\n`,
      );
      assert.equal((await client.answer()).status, status);
      assert.equal(await client.closed(), 'end');
      assert.equal(client.text, '');
      assert.ok(connections.all.every((connection) => !connection.text.includes('smuggled')));
    });
  }

  const heads: [string, number, string][] = [
    ['HTTP/2.0 in the request line', 505, 'GET /funko/one/ HTTP/2.0\r\nHost: a\r\n\r\n'],
    ['HTTP/0.9 in the request line', 505, 'GET /funko/one/ HTTP/0.9\r\nHost: a\r\n\r\n'],
    ['an unknown version', 400, 'GET /funko/one/ HTTP/1.9\r\nHost: a\r\n\r\n'],
    [
      'HTTP/1.0 with Transfer-Encoding',
      400,
      'POST /funko/one/ HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no Host', 400, 'GET /funko/one/ HTTP/1.1\r\n\r\n'],
    ['an empty Host', 400, 'GET /funko/one/ HTTP/1.1\r\nHost:\r\n\r\n'],
    ['a Host with a path', 400, 'GET /funko/one/ HTTP/1.1\r\nHost: a/b\r\n\r\n'],
    ['a Host with a user', 400, 'GET /funko/one/ HTTP/1.1\r\nHost: a@b\r\n\r\n'],
    ['a Host with a space', 400, 'GET /funko/one/ HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['two hosts in one Host', 400, 'GET /funko/one/ HTTP/1.1\r\nHost: a, b\r\n\r\n'],
    ['a user in an absolute target', 400, 'GET http://a@b/funko/one/ HTTP/1.1\r\nHost: b\r\n\r\n'],
    ['a fragment', 400, 'GET /funko/one/#a HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a space in the target', 400, 'GET /funko/one/ /admin HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an encoded slash in the name', 400, 'GET /funko/one%2f..%2fadmin/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an unknown method', 400, 'SMUGGLE /funko/one/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    [
      'an expectation that is not known',
      417,
      'GET /funko/one/ HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n',
    ],
    ['no HTTP at all', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ];
  for (const [what, status, head] of heads) {
    it(`is refused with ${status} and reaches no funko: ${what}`, async () => {
      await using stand = await startStand();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(head);
      const answer = await client.answer();
      assert.equal(answer.status, status);
      assert.equal(answer.header('content-type'), 'application/problem+json');
      assert.equal(connections.all.length, 0);
    });
  }

  it('is made unambiguous: a funko sees one framing, whatever extensions and cases the client used', async () => {
    await using stand = await startStand();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(
      'POST /funko/one/ HTTP/1.1\r\nHost: a\r\ntRANSFER-eNCODING:   Chunked  \r\n\r\n' +
        '005;name="value"\r\nhello\r\n0;x\r\nX-Trailer: dropped\r\n\r\n',
    );
    const connection = await connections.next();
    const seen = await connection.until('\r\n0\r\n\r\n');
    assert.match(seen, /\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
    assert.doesNotMatch(seen, /content-length|trailer|name=/i);
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    assert.equal((await client.answer()).status, 200);
  });

  it('never reaches a funko as a part of the body before it', async () => {
    await using stand = await startStand();
    const seen: string[] = [];
    await stand.funko('one', (req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        seen.push(`${req.method} ${req.url} ${body}`);
        res.end();
      });
    });
    using client = await stand.connect();
    const hidden = 'GET /admin/hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    client.send(
      `GET /funko/one/a HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}` +
        'DELETE /funko/one/b HTTP/1.1\r\nHost: a\r\n\r\n',
    );
    assert.equal((await client.answer()).status, 200);
    assert.equal((await client.answer()).status, 200);
    assert.deepEqual(seen, [`GET /a ${hidden}`, 'DELETE /b ']);
  });

  it('answers whole requests before it refuses the garbage that follows them', async () => {
    await using stand = await startStand();
    await stand.funko('one', (req, res) => setImmediate(() => res.end(req.url)));
    using client = await stand.connect();
    client.send(`${get('/funko/one/a')}${get('/funko/one/b')}no HTTP\r\n\r\n`);
    assert.equal((await client.answer()).body, '/a');
    assert.equal((await client.answer()).body, '/b');
    assert.equal((await client.answer()).status, 400);
    assert.equal(await client.closed(), 'end');
  });

  it('asks no funko for a client that reset its connection before its request was read', async () => {
    await using stand = await startStand();
    const seen: (string | undefined)[] = [];
    await stand.funko('one', (req, res) => {
      seen.push(req.headers['x-forwarded-for'] as string | undefined);
      res.end();
    });
    for (let round = 0; round < 50; round += 1) {
      const gone = await stand.connect();
      gone.send(get('/funko/one/'));
      gone.socket.resetAndDestroy();
    }
    using last = await stand.connect();
    last.send(get('/funko/one/'));
    await last.answer();
    assert.deepEqual(new Set(seen), new Set(['127.0.0.1']));
  });

  it('runs pipelined requests one after the other, each answered in order', async () => {
    await using stand = await startStand();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send('POST /funko/one/1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /funko/one/2 HTTP/1.1\r\nHost: a\r\n\r\n');
    const connection = await connections.next();
    await connection.until('POST /1 ');
    assert.equal(connections.all.length, 1);
    assert.doesNotMatch(connection.text, /POST \/2 /);
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1');
    assert.equal((await client.answer()).body, '1');
    const next = await connections.next();
    await next.until('POST /2 ');
    next.send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2');
    assert.equal((await client.answer()).body, '2');
  });

  it('is cut when too many of them wait on one connection', async () => {
    await using stand = await startStand();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send('GET /funko/one/ HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(100));
    await client.closed();
    assert.equal(client.text, '');
    assert.ok(connections.all.length <= 1);
  });
});
