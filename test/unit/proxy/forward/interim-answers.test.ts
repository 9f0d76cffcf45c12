/**
 * Interim answers that nobody asked for. This is also what shows whether a new version of undici still lets an unasked 100 be
 * skipped: see src/proxy/forward/upstream/connection.ts.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const UPLOAD = 'POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('an unasked 100 Continue', () => {
  for (const [what, text] of [
    ['before the answer', CONTINUE + OK],
    ['with fields', `HTTP/1.1 100 Continue\r\nX: y\r\nServer: z\r\n\r\n${OK}`],
    ['without a reason', `HTTP/1.1 100 \r\n\r\n${OK}`],
    ['many times', CONTINUE.repeat(1000) + OK],
    ['with Connection: close', `HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n${OK}`],
  ] as const) {
    it(`is passed over: ${what}`, async () => {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(get('/funko/one/'));
      (await connections.next()).send(text);
      const answer = await client.answer();
      assert.deepEqual([answer.status, answer.body, client.text], [200, 'ok', '']);
      assert.equal(answer.header('x'), undefined);
      await stand.idle();
    });
  }

  it('is passed over byte by byte, and its connection is kept', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/1'));
    const connection = await connections.next();
    connection.socket.setNoDelay(true);
    for (const byte of CONTINUE + OK) {
      connection.send(byte);
      await new Promise(setImmediate);
    }
    assert.equal((await client.answer()).body, 'ok');
    client.send(get('/funko/one/2'));
    await connection.until('GET /2 ');
    connection.send(OK);
    assert.equal((await client.answer()).body, 'ok');
    assert.equal(connections.all.length, 1);
  });

  it('is passed over in mid-upload, which goes on', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(`${UPLOAD}3\r\n123\r\n`);
    const connection = await connections.next();
    await connection.until('123');
    connection.send(CONTINUE);
    client.send('3\r\n456\r\n0\r\n\r\n');
    await connection.until('456\r\n0\r\n\r\n');
    connection.send(OK);
    assert.equal((await client.answer()).body, 'ok');
  });

  it('is passed over between others, which are passed on, and before an upgrade', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', 'Connection: Upgrade', 'Upgrade: websocket'));
    (await connections.next()).send(
      `${CONTINUE}HTTP/1.1 102 Processing\r\n\r\n${CONTINUE}HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${CONTINUE}` +
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi',
    );
    for (const status of [102, 103, 101]) assert.equal((await client.answer()).status, status);
    await client.until('hi');
  });

  it('without a request is no answer to the next one', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/1'));
    const connection = await connections.next();
    connection.send(OK);
    await client.answer();
    connection.send(CONTINUE);
    await connection.closed();
  });

  it('does not stand for the answer', async () => {
    await using stand = await startWorkerHarness({ settings: { headersTimeoutMs: 100 } });
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    (await connections.next()).send(CONTINUE);
    assert.equal((await client.answer()).status, 504);
    await stand.idle();
  });
});

describe('an interim answer', () => {
  it('with Connection: close is passed on, and so is the answer', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    (await connections.next()).send(
      `HTTP/1.1 103 Early Hints\r\nConnection: close\r\nLink: </a>\r\n\r\n${OK}`,
    );
    assert.equal((await client.answer()).status, 103);
    assert.equal((await client.answer()).body, 'ok');
  });
});
