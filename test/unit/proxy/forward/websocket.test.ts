import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import {
  deadPort,
  get,
  startWorkerHarness,
  type WorkerHarness,
} from '../../../support/forward/worker-harness.ts';

const UPGRADE = [
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: x',
];
const ACCEPT =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n';

/** A funko that echoes messages, text or binary. */
async function echo(stand: WorkerHarness): Promise<WebSocketServer> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] ?? false });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data as Buffer, { binary }));
    socket.on('close', (code, reason) => server.emit('closed', code, reason.toString()));
  });
  await stand.listen(server, 'echo');
  return sockets;
}

describe('a WebSocket', () => {
  it('passes text, binary, fragments, pings, subprotocols and close codes', async () => {
    await using stand = await startWorkerHarness();
    const sockets = await echo(stand);
    const closed = once((sockets.options as { server: NodeJS.EventEmitter }).server, 'closed');
    const socket = new WebSocket(`ws://127.0.0.1:${stand.port}/funko/echo/chat?x`, ['a', 'b']);
    const [request] = (await Promise.all([once(sockets, 'connection'), once(socket, 'open')]))[0].slice(
      1,
    ) as [{ url: string }];
    assert.equal(request.url, '/chat?x');
    assert.equal(socket.protocol, 'a');
    for (const message of ['text', 'grün', Buffer.from([0, 1, 255])]) {
      socket.send(message);
      const [data, binary] = (await once(socket, 'message')) as [Buffer, boolean];
      assert.equal(binary, typeof message !== 'string');
      assert.deepEqual(data, Buffer.from(message));
    }
    socket.send('in ', { fin: false });
    socket.send('parts', { fin: true });
    assert.equal(String((await once(socket, 'message'))[0]), 'in parts');
    socket.ping('p');
    assert.equal(String((await once(socket, 'pong'))[0]), 'p');
    socket.close(4001, 'enough');
    assert.deepEqual(await once(socket, 'close'), [4001, Buffer.from('enough')]);
    assert.deepEqual(await closed, [4001, 'enough']);
    await stand.idle();
    assert.partialDeepStrictEqual(await stand.logged((line) => line['msg'] === 'request'), {
      status: 101,
      funko: 'echo',
    });
  });

  it('passes large messages with backpressure both ways', async () => {
    await using stand = await startWorkerHarness();
    await echo(stand);
    const socket = new WebSocket(`ws://127.0.0.1:${stand.port}/funko/echo/`);
    await once(socket, 'open');
    const message = Buffer.alloc(16 * 1024 * 1024, 'x');
    for (let count = 0; count < 4; count += 1) {
      socket.send(message);
      const [data] = (await once(socket, 'message')) as [Buffer];
      assert.equal(data.length, message.length);
    }
    socket.terminate();
    await stand.idle();
  });

  it('counts as in flight until it is closed', async () => {
    await using stand = await startWorkerHarness();
    await echo(stand);
    const socket = new WebSocket(`ws://127.0.0.1:${stand.port}/funko/echo/`);
    await once(socket, 'open');
    assert.equal(stand.inFlight.get('id-echo'), 1);
    socket.close();
    await once(socket, 'close');
    await stand.idle();
  });

  it('is not touched by a change of the table, not even by its own instance leaving it', async () => {
    await using stand = await startWorkerHarness();
    await echo(stand);
    const socket = new WebSocket(`ws://127.0.0.1:${stand.port}/funko/echo/`);
    await once(socket, 'open');
    stand.route('other', await deadPort());
    stand.patch([], ['id-other']);
    stand.patch([], ['id-echo']);
    socket.send('still here');
    assert.equal(String((await once(socket, 'message'))[0]), 'still here');
    socket.terminate();
  });
});

describe('an upgrade', () => {
  it('is agreed with the fields of the upstream’s answer, and both send at once what they have', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(`${get('/funko/one/x', ...UPGRADE)}early`);
    const connection = await connections.next();
    const head = await connection.until('\r\n\r\n');
    assert.match(head, /^GET \/x HTTP\/1\.1\r\n/);
    assert.match(head, /\r\nconnection: upgrade\r\nupgrade: websocket\r\n/i);
    assert.match(head, /\r\nSec-WebSocket-Key: x\r\n/);
    assert.doesNotMatch(head, /early/);
    connection.send(`${ACCEPT}hello`);
    const answer = await client.answer();
    assert.equal(answer.status, 101);
    assert.deepEqual(answer.all('connection'), ['Upgrade']);
    assert.deepEqual(answer.all('upgrade'), ['websocket']);
    assert.deepEqual(answer.all('x-two'), ['1', '2']);
    await client.until('hello');
    await connection.until('early');
  });

  it('passes an end on as an end: the other direction goes on', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', ...UPGRADE));
    const connection = await connections.next();
    connection.send(ACCEPT);
    await client.answer();
    client.send('last words').socket.end();
    assert.equal(await connection.closed(), 'end');
    assert.match(connection.text, /last words$/);
    connection.socket.end('and mine');
    assert.equal(await client.closed(), 'end');
    assert.equal(client.text, 'and mine');
    await stand.idle();
  });

  for (const side of ['client', 'upstream'] as const) {
    it(`ends on both sides when the ${side} resets it`, async () => {
      await using stand = await startWorkerHarness();
      const connections = await stand.rawFunko('one');
      using client = await stand.connect();
      client.send(get('/funko/one/', ...UPGRADE));
      const connection = await connections.next();
      connection.send(ACCEPT);
      await client.answer();
      const [one, other] = side === 'client' ? [client, connection] : [connection, client];
      one.socket.resetAndDestroy();
      await other.closed();
      await stand.idle();
    });
  }

  it('that is refused gets the upstream’s answer, its body whole', async () => {
    await using stand = await startWorkerHarness();
    await stand.funko('one', (_req, res) => {
      res.writeHead(403, { 'x-why': 'because' });
      res.end('x'.repeat(3_000_000));
    });
    using client = await stand.connect();
    client.send(get('/funko/one/', ...UPGRADE));
    const answer = await client.answer();
    assert.equal(answer.status, 403);
    assert.equal(answer.header('x-why'), 'because');
    assert.equal(answer.header('connection'), 'close');
    assert.equal(answer.body.length, 3_000_000);
    assert.equal(await client.closed(), 'end');
    await stand.idle();
  });

  it('that nobody can answer gets a problem', async () => {
    await using stand = await startWorkerHarness();
    stand.route('dead', await deadPort());
    const connections = await stand.rawFunko('rude');
    for (const [path, status] of [
      ['/funko/nobody/', 404],
      ['/funko/dead/', 502],
      ['/funko/rude/', 502],
      ['/healthz', 200],
    ] as const) {
      using client = await stand.connect();
      client.send(get(path, ...UPGRADE));
      if (path === '/funko/rude/') (await connections.next()).socket.destroy();
      assert.equal((await client.answer()).status, status);
      assert.equal(await client.closed(), 'end');
    }
    await stand.idle();
  });

  it('that the client gives up before the answer ends the upstream’s request', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    for (const how of ['end', 'resetAndDestroy'] as const) {
      const client = await stand.connect();
      client.send(get('/funko/one/', ...UPGRADE));
      const connection = await connections.next();
      await connection.until('\r\n\r\n');
      client.socket[how]();
      await connection.closed();
      await stand.idle();
    }
  });

  it('behind an unanswered request is no upgrade; a 426 says to what, and nothing that follows is read', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/1') + get('/funko/one/2', ...UPGRADE));
    (await connections.next()).send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1');
    assert.equal((await client.answer()).body, '1');
    const next = await connections.next();
    assert.doesNotMatch(await next.until('\r\n\r\n'), /upgrade/i);
    next.send('HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n');
    const upgrade = await client.answer();
    assert.equal(upgrade.status, 426);
    assert.equal(upgrade.header('upgrade'), 'websocket');
    assert.deepEqual(upgrade.all('connection'), ['Upgrade', 'close']);
    client.send(`${get('/funko/one/3')}CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n`);
    await client.closed();
    assert.equal(client.text, '');
  });
});
