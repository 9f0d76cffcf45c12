import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { RawClient } from '../../../support/forward/raw-client.ts';
import { get, startWorkerHarness } from '../../../support/forward/worker-harness.ts';

describe('a front that drains', () => {
  it('says that it is not ready, takes no connection, and finishes what runs with Connection: close', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using running = await stand.connect();
    using kept = await stand.connect();
    kept.send(get('/healthz'));
    await kept.answer();
    running.send(get('/funko/one/'));
    const connection = await connections.next();
    await connection.until('\r\n\r\n');
    const drained = stand.drain(30_000);
    // A request that was on its way when the drain began.
    kept.send(get('/readyz'));
    const ready = await kept.answer();
    assert.equal(ready.status, 503);
    assert.deepEqual(JSON.parse(ready.body), { status: 'draining' });
    assert.equal(ready.header('connection'), 'close');
    await assert.rejects(RawClient.connect(stand.port), { code: 'ECONNREFUSED' });
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    const answer = await running.answer();
    assert.equal(answer.body, 'ok');
    assert.equal(answer.header('connection'), 'close');
    await drained;
    assert.equal(await running.closed(), 'end');
  });

  it('closes connections that are idle or have brought nothing', async () => {
    await using stand = await startWorkerHarness();
    using idle = await stand.connect();
    using silent = await stand.connect();
    idle.send(get('/healthz'));
    await idle.answer();
    await stand.drain(30_000);
    await idle.closed();
    await silent.closed();
  });

  it('cuts what still runs at the deadline, upgraded connections included', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using stream = await stand.connect();
    stream.send(get('/funko/one/'));
    const upstream = await connections.next();
    upstream.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
    await stream.until('a\r\n');
    using socket = await stand.connect();
    socket.send(get('/funko/one/', 'Connection: Upgrade', 'Upgrade: websocket'));
    const other = await connections.next();
    other.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await socket.answer();
    await stand.drain(100);
    await Promise.all([stream.closed(), socket.closed(), upstream.closed(), other.closed()]);
    assert.ok(!stream.text.includes('\r\n0\r\n'));
    await stand.idle();
  });

  it('tells WebSockets on both sides that it goes away: 1001', async () => {
    await using stand = await startWorkerHarness();
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    await stand.listen(server, 'one');
    const socket = new WebSocket(`ws://127.0.0.1:${stand.port}/funko/one/`);
    const [connected] = (await Promise.all([once(sockets, 'connection'), once(socket, 'open')]))[0] as [
      WebSocket,
    ];
    socket.send('one');
    assert.equal(String((await once(connected, 'message'))[0]), 'one');
    const closed = Promise.all([once(socket, 'close'), once(connected, 'close')]);
    await stand.drain(0);
    assert.deepEqual(
      (await closed).map(([code]: unknown[]) => code),
      [1001, 1001],
    );
    await stand.idle();
  });

  it('puts no Close frame into the midst of another frame', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', 'Connection: Upgrade', 'Upgrade: websocket'));
    const connection = await connections.next();
    connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await client.answer();
    connection.send('\x81\x05hel');
    await client.until('hel');
    client.send('\x81\x82\0\0\0\0ok');
    await connection.until('ok');
    await stand.drain(0);
    await Promise.all([client.closed(), connection.closed()]);
    assert.equal(client.text, '\x81\x05hel');
    assert.match(connection.text, /ok\x88\x82\0\0\0\0\x03\xe9$/);
  });

  it('loses no request of clients that keep asking', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (_req, res) => res.end('ok'));
    let answered = 0;
    const clients = Array.from({ length: 8 }, async () => {
      using client = await stand.connect();
      for (;;) {
        client.send(get('/funko/one/'));
        const answer = await client.answer();
        assert.equal(answer.status, 200);
        answered += 1;
        if (answer.header('connection') === 'close') return;
      }
    });
    while (answered < 100) await new Promise(setImmediate);
    await stand.drain(30_000);
    await Promise.all(clients);
  });
});
