import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REFUSED_HEADS, REFUSED_RESTS } from '../../../support/forward/refused.ts';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('a request that could be read in two ways', () => {
  for (const [what, status, rest] of REFUSED_RESTS) {
    it(`is refused with ${status}, reaches no funko, and ends the connection: ${what}`, async () => {
      await using stand = await startWorkerHarness();
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

  for (const [what, status, head] of REFUSED_HEADS) {
    it(`is refused with ${status} and reaches no funko: ${what}`, async () => {
      await using stand = await startWorkerHarness();
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
    await using stand = await startWorkerHarness();
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
    await using stand = await startWorkerHarness();
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
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => setImmediate(() => res.end(req.url)));
    using client = await stand.connect();
    client.send(`${get('/funko/one/a')}${get('/funko/one/b')}no HTTP\r\n\r\n`);
    assert.equal((await client.answer()).body, '/a');
    assert.equal((await client.answer()).body, '/b');
    assert.equal((await client.answer()).status, 400);
    assert.equal(await client.closed(), 'end');
  });

  it('asks no funko for a client that reset its connection before its request was read', async () => {
    await using stand = await startWorkerHarness();
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
    await using stand = await startWorkerHarness();
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
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send('GET /funko/one/ HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(100));
    await client.closed();
    assert.equal(client.text, '');
    assert.ok(connections.all.length <= 1);
  });
});
