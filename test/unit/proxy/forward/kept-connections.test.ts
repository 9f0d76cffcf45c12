/** Connections that are kept between requests, and funkos that close theirs just when the next request arrives. */
import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import type { RawAnswer } from '../../../support/forward/raw-client.ts';
import {
  deadPort,
  get,
  startWorkerHarness,
  type WorkerHarness,
} from '../../../support/forward/worker-harness.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

interface Closing {
  /** Request lines, as they came. */
  readonly lines: string[];
}

/**
 * A funko that answers the first request on each connection, and does this with the connection when a further one arrives.
 */
async function closing(
  stand: WorkerHarness,
  then: (socket: Socket) => unknown,
  change = {},
): Promise<Closing> {
  const lines: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let first = true;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      lines.push(chunk.toString('latin1').split('\r\n', 1)[0] ?? '');
      if (first) socket.write(OK);
      else then(socket);
      first = false;
    });
  });
  await stand.listen(server, 'one', change);
  return { lines };
}

/** Asks once to have a connection kept, then with this text. */
async function askKept(stand: WorkerHarness, text: string): Promise<RawAnswer> {
  using client = await stand.connect();
  client.send(get('/funko/one/first'));
  assert.equal((await client.answer()).status, 200);
  return await client.send(text).answer(text.split(' ', 1)[0]);
}

function request(method: string, body = ''): string {
  const length = body === '' && method !== 'POST' ? '' : `Content-Length: ${body.length}\r\n`;
  return `${method} /funko/one/again HTTP/1.1\r\nHost: a\r\n${length}\r\n${body}`;
}

describe('a request that meets a connection which the funko just closes', () => {
  for (const how of ['end', 'destroy', 'resetAndDestroy'] as const) {
    it(`is repeated: of 200 GETs none fails (${how})`, async () => {
      await using stand = await startWorkerHarness();
      const { lines } = await closing(stand, (socket) => socket[how]());
      using client = await stand.connect();
      for (let count = 0; count < 200; count += 1) {
        client.send(get(`/funko/one/${count}`));
        assert.equal((await client.answer()).status, 200);
      }
      assert.ok(lines.length > 200, 'none met a closed connection');
      assert.ok(lines.every((line) => lines.filter((other) => other === line).length <= 2));
      await stand.idle();
    });
  }

  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
    it(`is repeated if it is a ${method} without a body`, async () => {
      await using stand = await startWorkerHarness();
      const { lines } = await closing(stand, (socket) => socket.destroy());
      assert.equal((await askKept(stand, request(method))).status, 200);
      assert.equal(lines.length, 3);
    });
  }

  for (const [method, body] of [
    ['POST', ''],
    ['POST', 'abc'],
    ['PATCH', ''],
    ['PUT', 'abc'],
    ['DELETE', 'abc'],
  ] as const) {
    it(`is never repeated if it is a ${method} with ${body === '' ? 'no' : 'a'} body`, async () => {
      await using stand = await startWorkerHarness();
      const { lines } = await closing(stand, (socket) => socket.destroy());
      assert.equal((await askKept(stand, request(method, body))).status, 502);
      assert.deepEqual(lines, ['GET /first HTTP/1.1', `${method} /again HTTP/1.1`]);
      await stand.idle();
    });
  }

  it('is not repeated once a byte of an answer has come', async () => {
    await using stand = await startWorkerHarness();
    const { lines } = await closing(stand, (socket) => socket.write('H', () => socket.destroy()));
    assert.equal((await askKept(stand, get('/funko/one/again'))).status, 502);
    assert.equal(lines.length, 2);
  });

  it('is not repeated twice', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    const asked = askKept(stand, get('/funko/one/again'));
    const first = await connections.next();
    await first.until('/first');
    first.send(OK);
    await first.until('/again');
    first.socket.destroy();
    const second = await connections.next();
    assert.match(await second.until('\r\n\r\n'), /^GET \/again .*\r\nconnection: close\r\n/is);
    second.socket.destroy();
    assert.equal((await asked).status, 502);
    assert.equal(connections.all.length, 2);
    await stand.idle();
  });

  it('goes to another instance if the first one takes no new connection', async () => {
    await using stand = await startWorkerHarness();
    await closing(stand, (socket) => socket.destroy());
    const backend = stand.routes.backends()[0];
    assert.ok(backend);
    using client = await stand.connect();
    client.send(get('/funko/one/first'));
    await client.answer();
    // The same life, so that its connection is still used, but nothing listens any more.
    stand.patch([{ ...backend, port: await deadPort() }], []);
    await stand.funko('one', (_req, res) => res.end('other'), { id: 'b', life: 'b1', name: 'faaso-one.2' });
    client.send(get('/funko/one/again'));
    assert.equal((await client.answer()).body, 'other');
    await stand.idle();
  });

  it('is repeated if it asks for a WebSocket', async () => {
    await using stand = await startWorkerHarness();
    const { lines } = await closing(stand, (socket) => socket.destroy());
    const upgrade = get('/funko/one/again', 'Connection: Upgrade', 'Upgrade: websocket');
    assert.equal((await askKept(stand, upgrade)).status, 200);
    assert.equal(lines.length, 3);
  });
});

describe('a connection that is kept', () => {
  it('is given up before the funko’s own Keep-Alive ends', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    const timed = 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=3\r\nContent-Length: 2\r\n\r\nok';
    client.send(get('/funko/one/'));
    const connection = await connections.next();
    connection.send(timed);
    await client.answer();
    const from = performance.now();
    await connection.closed();
    assert.ok(performance.now() - from < 2_000);
  });

  it('is not used again if its Keep-Alive ends so soon that the funko may have closed it', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/'));
    const connection = await connections.next();
    connection.send('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok');
    await client.answer();
    await connection.closed();
  });
});
