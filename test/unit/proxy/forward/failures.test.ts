import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CUT_ANSWERS, NO_ANSWERS } from '../../../support/forward/bad-answers.ts';
import { fullListener } from '../../../support/forward/full-listener.ts';
import { deadPort, get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('an instance that can’t be reached', () => {
  it('is passed over for the next one, body and all', async () => {
    await using stand = await startWorkerHarness();
    stand.route('one', await deadPort(), { id: 'a', life: 'a1', name: 'faaso-one.1' });
    stand.route('one', await deadPort(), { id: 'b', life: 'b1', name: 'faaso-one.2' });
    await stand.funko('one', (req, res) => void req.pipe(res), { id: 'c', life: 'c1', name: 'faaso-one.3' });
    using client = await stand.connect();
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello');
    assert.equal((await client.answer()).body, 'hello');
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    await client.until('hello');
    client.send('0\r\n\r\n');
    assert.equal((await client.answer()).body, 'hello');
    await stand.idle();
  });

  it('is a 502 if there is no other, and counts as not in flight', async () => {
    await using stand = await startWorkerHarness();
    stand.route('one', await deadPort());
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    const answer = await client.answer();
    assert.equal(answer.status, 502);
    assert.partialDeepStrictEqual(JSON.parse(answer.body), { code: 'bad_gateway' });
    assert.match(answer.body, /faaso-one\.1 does not accept connections \(ECONNREFUSED\)/);
    await stand.idle();
    client.send(get('/healthz'));
    assert.equal((await client.answer()).status, 200);
  });

  it('is a 504 if its connection is not made in time', async () => {
    await using stand = await startWorkerHarness({ settings: { connectTimeoutMs: 100 } });
    await using full = await fullListener();
    stand.route('one', full.port);
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    const answer = await client.answer();
    assert.equal(answer.status, 504);
    assert.match(answer.body, /faaso-one\.1 did not accept a connection in time/);
    await stand.idle();
  });

  it('in time is passed over for the next one', async () => {
    await using stand = await startWorkerHarness({ settings: { connectTimeoutMs: 100 } });
    await using full = await fullListener();
    stand.route('one', full.port, { id: 'a', life: 'a1' });
    await stand.funko('one', (_req, res) => res.end('ok'), { id: 'b', life: 'b1' });
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    assert.equal((await client.answer()).body, 'ok');
  });
});

describe('an instance that fails after it got the request', () => {
  it('is never asked again, nor is another: closing without an answer is a 502', async () => {
    await using stand = await startWorkerHarness();
    const first = await stand.rawFunko('one', { id: 'a', life: 'a1' });
    const second = await stand.rawFunko('one', { id: 'b', life: 'b1' });
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    const connection = await Promise.race([first.next(), second.next()]);
    await connection.until('\r\n\r\n');
    connection.socket.destroy();
    const answer = await client.answer();
    assert.equal(answer.status, 502);
    assert.equal(first.all.length + second.all.length, 1);
    await stand.idle();
  });

  it('gets a 504 if its head does not come in time', async () => {
    await using stand = await startWorkerHarness({ settings: { headersTimeoutMs: 100 } });
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    const answer = await client.answer();
    assert.equal(answer.status, 504);
    assert.partialDeepStrictEqual(JSON.parse(answer.body), { code: 'gateway_timeout' });
    assert.notEqual(await (await connections.next()).closed(), undefined);
  });

  for (const [what, head] of [
    ['with a length', 'Content-Length: 100\r\n\r\nsome'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n'],
    ['in a chunk', 'Transfer-Encoding: chunked\r\n\r\n9\r\nsome'],
  ] as const) {
    it(`in mid-body resets the client’s connection: ${what}`, async () => {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      for (const version of ['1.1', '1.0']) {
        using client = await stand.connect();
        client.send(get('/funko/one/').replace('HTTP/1.1', `HTTP/${version}`));
        const connection = await connections.next();
        connection.send(`HTTP/1.1 200 OK\r\n${head}`);
        await client.until('some');
        connection.socket.end();
        assert.equal(await client.closed(), 'reset');
        assert.ok(!client.text.includes('\r\n0\r\n'));
      }
      await stand.idle();
    });
  }

  it('in mid-body with a pause that is too long resets the client’s connection', async () => {
    await using stand = await startWorkerHarness({ settings: { bodyIdleMs: 100 } });
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    (await connections.next()).send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome');
    await client.until('some');
    assert.equal(await client.closed(), 'reset');
  });

  for (const [what, text] of NO_ANSWERS) {
    it(`with garbage is a 502: ${what}`, async () => {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(get('/funko/one/'));
      (await connections.next()).send(text);
      const answer = await client.answer();
      assert.equal(answer.status, 502);
      assert.equal(answer.statusLine, 'HTTP/1.1 502 Bad Gateway');
      client.send(get('/healthz'));
      assert.equal((await client.answer()).status, 200);
      await stand.idle();
    });
  }

  for (const [what, text] of CUT_ANSWERS) {
    it(`with garbage in its body resets the client’s connection: ${what}`, async () => {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(get('/funko/one/'));
      (await connections.next()).send(text);
      assert.equal(await client.closed(), 'reset');
      assert.ok(!client.text.includes('\r\n0\r\n'));
      await stand.idle();
    });
  }

  it('by speaking before it is asked gets no further request on that connection', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/1'));
    const connection = await connections.next();
    connection.send(
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison',
    );
    assert.equal((await client.answer()).body, '1');
    await connection.closed();
    client.send(get('/funko/one/2'));
    (await connections.next()).send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2');
    assert.equal((await client.answer()).body, '2');
  });
});
