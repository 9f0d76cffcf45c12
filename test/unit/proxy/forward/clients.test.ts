import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fullListener } from '../../../support/forward/full-listener.ts';
import { RawClient } from '../../../support/forward/raw-client.ts';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('a client that goes away', () => {
  it('before the answer ends the upstream’s request, and is logged as 499', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    const client = await stand.connect();
    client.send(get('/funko/one/'));
    const connection = await connections.next();
    await connection.until('\r\n\r\n');
    client.socket.destroy();
    await connection.closed();
    assert.equal((await stand.logged((line) => line['msg'] === 'request'))['status'], 499);
    await stand.idle();
  });

  it('in mid-answer ends the upstream’s request', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    const client = await stand.connect();
    client.send(get('/funko/one/'));
    const connection = await connections.next();
    connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
    await client.until('a\r\n');
    client.socket.resetAndDestroy();
    await connection.closed();
    await stand.idle();
  });

  for (const how of ['destroy', 'end', 'resetAndDestroy'] as const) {
    it(`in mid-upload (${how}) cuts the upstream’s request, which is never ended cleanly`, async () => {
      await using stand = await startWorkerHarness();
      const aborted = Promise.withResolvers<boolean>();
      await stand.funko('one', (req) => {
        req.on('data', () => client.socket[how]());
        req.on('end', () => aborted.resolve(false));
        req.on('error', () => aborted.resolve(true));
      });
      const client = await stand.connect();
      client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
      assert.equal(await aborted.promise, true);
      await stand.idle();
      client.socket.destroy();
    });
  }

  it('while a connection is still being made leaves nothing behind', async () => {
    await using stand = await startWorkerHarness({ settings: { connectTimeoutMs: 200 } });
    await using full = await fullListener();
    stand.route('one', full.port);
    const client = await stand.connect();
    client.send(get('/funko/one/'));
    while (!stand.inFlight.has('id-one')) await new Promise(setImmediate);
    client.socket.destroy();
    await stand.idle();
    await stand.logged((line) => line['msg'] === 'request');
  });
});

describe('an upload', () => {
  it('that is answered before its end gets the answer, and its connection is closed', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client
      .send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n')
      .send('x'.repeat(100_000));
    const connection = await connections.next();
    await connection.until('xxx');
    connection
      .send('HTTP/1.1 413 Too Large\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo much')
      .socket.end();
    const answer = await client.answer();
    assert.equal(answer.status, 413);
    assert.equal(answer.header('connection'), 'close');
    assert.equal(answer.body, 'too much');
    // It may go on sending for a while without being reset; then our side is closed.
    assert.equal(await client.closed(), 'end');
    await stand.idle();
  });

  it('that is answered early may go on for a while: it is not reset, nor read as the next request', async () => {
    await using stand = await startWorkerHarness();
    await stand.rawFunko('two');
    using client = await RawClient.connect(stand.port, { allowHalfOpen: true });
    const length = 3_000_000;
    client
      .send(`POST /funko/nobody/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`)
      .send('x'.repeat(1_000_000));
    const answer = await client.answer();
    assert.equal(answer.status, 404);
    assert.equal(answer.header('connection'), 'close');
    assert.equal(await client.closed(), 'end');
    const failed = Promise.withResolvers<Error | undefined>();
    client.socket.on('error', failed.resolve).once('close', () => {
      failed.resolve(undefined);
    });
    client.send('x'.repeat(2_000_000)).send(get('/funko/two/')).socket.end();
    assert.equal(await failed.promise, undefined);
    // Until the front has read all of it.
    await stand.drain(30_000);
    assert.equal(client.text, '');
    assert.ok(!stand.inFlight.has('id-two'));
  });

  it('that pauses for too long is a 408, and the upstream’s request is cut', async () => {
    await using stand = await startWorkerHarness({ settings: { clientIdleMs: 100 } });
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome');
    const connection = await connections.next();
    assert.equal((await client.answer()).status, 408);
    await connection.closed();
    await stand.idle();
  });

  it('with a broken chunk in its midst is a 400, and the upstream’s request is cut', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send('POST /funko/one/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n');
    const connection = await connections.next();
    await connection.until('some');
    client.send('zz\r\n');
    assert.equal((await client.answer()).status, 400);
    await connection.closed();
    assert.ok(!connection.text.includes('\r\n0\r\n'));
  });

  it('waits while the upstream does not read', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    const length = 64 * 1024 * 1024;
    client.send(`POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\nx`);
    const connection = await connections.next();
    connection.socket.pause();
    const block = Buffer.alloc(1024 * 1024, 'x');
    client.socket.write(block.subarray(1));
    for (let count = 1; count < 64; count += 1) client.socket.write(block);
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
    assert.ok(
      client.socket.writableLength > length / 2,
      `${client.socket.writableLength} bytes are still to go`,
    );
    let received = 0;
    connection.socket.removeAllListeners('data');
    connection.socket.on('data', (chunk) => (received += chunk.length));
    connection.socket.resume();
    await once(client.socket, 'drain');
    while (received < length) await new Promise(setImmediate);
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    assert.equal((await client.answer()).body, 'ok');
  });
});
