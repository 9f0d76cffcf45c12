import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('the body of a request', () => {
  it('arrives whole: with a length, in chunks, in pieces, with any method', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => res.end(`${req.method} ${req.headers['content-length'] ?? 'chunked'} ${body}`));
    });
    using client = await stand.connect();
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello');
    assert.equal((await client.answer()).body, 'POST 5 hello');
    client.send('PUT /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe').send('l').send('lo');
    assert.equal((await client.answer()).body, 'PUT 5 hello');
    client.send('DELETE /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n');
    client.send('3\r\nllo\r\n0\r\n\r\n');
    assert.equal((await client.answer()).body, 'DELETE chunked hello');
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
    assert.equal((await client.answer()).body, 'POST 0 ');
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
    assert.equal((await client.answer()).body, 'POST 0 ');
  });

  it('takes no connection before it has begun, for the funko could give that up meanwhile', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    client.send('GET /funko/one/ HTTP/1.1\r\nHost: a\r\n\r\n');
    const kept = await connections.next();
    await kept.until('\r\n\r\n');
    kept.send(ok);
    assert.equal((await client.answer()).body, 'ok');
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n');
    // The front has read the head by the time that it has answered another client.
    using other = await stand.connect();
    other.send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    await other.answer();
    kept.socket.end();
    await kept.closed();
    client.send('abc');
    const next = await connections.next();
    assert.match(await next.until('abc'), /^POST /);
    next.send(ok);
    assert.equal((await client.answer()).body, 'ok');
  });

  it('that never begins is a 408, and not waited for where there is no such funko', async () => {
    await using stand = await startWorkerHarness({ settings: { clientIdleMs: 100 } });
    await stand.rawFunko('one');
    for (const [name, status] of [
      ['one', 408],
      ['nobody', 404],
    ] as const) {
      using client = await stand.connect();
      client.send(`POST /funko/${name}/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n`);
      const answer = await client.answer();
      assert.equal(answer.status, status);
      assert.equal(answer.header('connection'), 'close');
    }
    assert.equal(stand.inFlight.get('id-one') ?? 0, 0);
  });

  it('streams both ways at once', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('echo', (req, res) => void req.pipe(res));
    using client = await stand.connect();
    client.send('POST /funko/echo/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (const word of ['one', 'two', 'three']) {
      client.send(`${word.length}\r\n${word}\r\n`);
      await client.until(word);
    }
    client.send('0\r\n\r\n');
    assert.equal((await client.answer()).body, 'onetwothree');
  });

  it('is asked for with 100 Continue once a funko is there to take it', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => {
      assert.equal(req.headers.expect, undefined);
      void req.pipe(res);
    });
    using client = await stand.connect();
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n');
    assert.equal((await client.answer()).status, 100);
    client.send('hello');
    assert.equal((await client.answer()).body, 'hello');
  });

  it('is not asked for where nobody would take it', async () => {
    await using stand = await startWorkerHarness();
    using client = await stand.connect();
    client.send(
      'POST /funko/nobody/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
    );
    const answer = await client.answer();
    assert.equal(answer.status, 404);
    assert.equal(answer.header('connection'), 'close');
    assert.equal(await client.closed(), 'end');
  });

  it('does not get a 100 Continue over HTTP/1.0', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (req, res) => void req.pipe(res));
    using client = await stand.connect();
    client.send('POST /funko/one/ HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello');
    assert.equal((await client.answer()).status, 200);
  });
});
