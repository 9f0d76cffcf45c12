import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawClient } from '../../../support/forward/raw-client.ts';
import {
  get,
  startWorkerHarness,
  type Connections,
  type WorkerHarness,
} from '../../../support/forward/worker-harness.ts';

/** Longer than what is awaited whole. */
const LENGTH = 20_000;
const UPLOAD = `POST /funko/one/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${LENGTH}\r\n\r\n`;

interface Scene {
  readonly stand: WorkerHarness;
  readonly client: RawClient;
  readonly connections: Connections;
}

/** Each gets as far as its name says, and gives the funko's side of the connection. */
const STAGES: [string, (scene: Scene) => Promise<RawClient>][] = [
  [
    'when the request is out',
    async ({ client, connections }) => {
      client.send(get('/funko/one/'));
      const connection = await connections.next();
      await connection.until('\r\n\r\n');
      return connection;
    },
  ],
  [
    'in mid-upload',
    async ({ client, connections }) => {
      client.send(`${UPLOAD}01234`);
      const connection = await connections.next();
      await connection.until('01234');
      return connection;
    },
  ],
  [
    'after the upload',
    async ({ client, connections }) => {
      client.send(UPLOAD).send('0123456789'.padStart(LENGTH));
      const connection = await connections.next();
      await connection.until('0123456789');
      return connection;
    },
  ],
  [
    'after an interim answer',
    async ({ client, connections }) => {
      client.send(get('/funko/one/'));
      const connection = await connections.next();
      connection.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
      await client.until('103');
      return connection;
    },
  ],
  [
    'after the head of the answer',
    async ({ client, connections }) => {
      client.send(get('/funko/one/'));
      const connection = await connections.next();
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n');
      await client.until('\r\n\r\n');
      return connection;
    },
  ],
  [
    'in mid-download',
    async ({ client, connections }) => {
      client.send(get('/funko/one/'));
      const connection = await connections.next();
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234');
      await client.until('01234');
      return connection;
    },
  ],
  [
    'in mid-upload and mid-download',
    async ({ client, connections }) => {
      client.send(`${UPLOAD}01234`);
      const connection = await connections.next();
      connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
      await client.until('\r\na\r\n');
      return connection;
    },
  ],
];

describe('a client that goes away', () => {
  for (const [stage, reach] of STAGES) {
    for (const how of ['end', 'resetAndDestroy'] as const) {
      it(`${stage} (${how}) ends the funko’s request, is logged as 499, and leaves nothing behind`, async () => {
        await using stand = await startWorkerHarness();
        const connections = await stand.rawFunko('one');
        const client = await stand.connect();
        const connection = await reach({ stand, client, connections });
        assert.equal(stand.inFlight.get('id-one'), 1);
        client.socket[how]();
        await connection.closed();
        assert.equal((await stand.logged((line) => line['msg'] === 'request'))['status'], 499);
        await stand.idle();
        client.socket.destroy();
        // The connection that was cut in mid-request is not used for the next one.
        using next = await stand.connect();
        next.send(get('/funko/one/next'));
        await (await connections.next()).until('GET /next ');
        assert.equal(connections.all.length, 2);
      });
    }
  }

  for (const [stage, text] of [
    ['before its request begins', ''],
    ['in mid-head', 'GET /funko/one/ HTTP/1.1\r\nHost: a\r\nX: '],
    ['after the last field', 'GET /funko/one/ HTTP/1.1\r\nHost: a\r\n'],
  ] as const) {
    for (const how of ['end', 'resetAndDestroy'] as const) {
      it(`${stage} (${how}) asks no funko anything`, async () => {
        await using stand = await startWorkerHarness();
        const connections = await stand.rawFunko('one');
        const client = await stand.connect();
        client.send(text);
        await new Promise(setImmediate);
        client.socket[how]();
        await client.closed();
        // Those that come after it are served; the front has read all that came before.
        using next = await stand.connect();
        next.send(get('/healthz'));
        await next.answer();
        assert.equal(connections.all.length, 0);
        assert.equal(stand.inFlight.size, 0);
      });
    }
  }

  it('with requests in the pipeline behind the one that runs takes them along', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    const client = await stand.connect();
    client.send(get('/funko/one/1') + get('/funko/one/2') + get('/funko/one/3'));
    const connection = await connections.next();
    await connection.until('GET /1 ');
    client.socket.resetAndDestroy();
    await connection.closed();
    await stand.idle();
    assert.equal(connections.all.length, 1);
  });
});
