/** Whichever way a client or a funko leaves, the turn at a funko that takes one request at a time is free at once. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { rulesOf } from '../../../../src/funko/traffic-rules.ts';
import { RawClient } from '../../../support/forward/raw-client.ts';
import { get, startWorkerHarness, type WorkerHarness } from '../../../support/forward/worker-harness.ts';

const ONE = { rules: rulesOf({ 'faaso.traffic': '{"concurrency":{"requests":1,"queue":0}}' }) };
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: x',
];
const ACCEPT = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
/** Close frames that say 1000; a client's is masked, by zeros. */
const CLOSE_OF_CLIENT = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);
const CLOSE_OF_FUNKO = Buffer.from([0x88, 0x02, 0x03, 0xe8]);
/** nginx needs 0.2 s; what was wrong took 30 s. */
const AT_ONCE_MS = 2_000;

/** A funko that takes one request at a time. It answers `/next` only; a stream begins at `/stream`. */
async function narrow(stand: WorkerHarness): Promise<{ upgraded: () => Promise<RawClient> }> {
  const server = await stand.funko(
    'one',
    (req, res) => {
      if (req.url === '/next') res.end('next');
      else if (req.url === '/stream')
        res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    },
    ONE,
  );
  const sockets = once(server, 'upgrade');
  return {
    upgraded: async () => {
      const socket = ((await sockets) as [unknown, Socket])[1];
      socket.write(ACCEPT);
      return new RawClient(socket);
    },
  };
}

/** Asks until the turn is free, and fails if that is not at once. */
async function isFree(stand: WorkerHarness): Promise<void> {
  const until = performance.now() + AT_ONCE_MS;
  for (;;) {
    using client = await stand.connect();
    client.send(get('/funko/one/next'));
    const { status } = await client.answer();
    if (status === 200) break;
    assert.equal(status, 503);
    assert.ok(performance.now() < until, 'the turn is still taken');
  }
  await stand.idle();
}

describe('the turn at a funko is free at once', () => {
  const requests: [string, string, string | undefined][] = [
    ['before the answer', get('/funko/one/hang'), undefined],
    [
      'in mid-upload',
      'POST /funko/one/hang HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n123',
      undefined,
    ],
    [
      'in a chunked upload',
      'POST /funko/one/hang HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n',
      undefined,
    ],
    ['in an event stream', get('/funko/one/stream'), 'data: 1'],
  ];
  for (const [when, text, reached] of requests) {
    for (const how of ['end', 'resetAndDestroy'] as const) {
      it(`when a client leaves ${when} (${how})`, async () => {
        await using stand = await startWorkerHarness();
        await narrow(stand);
        using client = await RawClient.connect(stand.port, { allowHalfOpen: true });
        client.send(text);
        if (reached === undefined) while (stand.inFlight.size === 0) await new Promise(setImmediate);
        else await client.until(reached);
        client.socket[how]();
        await isFree(stand);
      });
    }
  }

  for (const [when, text] of [
    ['before its body begins', 'Content-Length: 9\r\n\r\n'],
    ['before its short body is whole', 'Content-Length: 9\r\n\r\n123'],
    ['before a long body begins', 'Content-Length: 90000\r\n\r\n'],
  ] as const) {
    for (const how of ['end', 'resetAndDestroy'] as const) {
      it(`while a client is there, and when it leaves, ${when} (${how})`, async () => {
        await using stand = await startWorkerHarness();
        await narrow(stand);
        using client = await RawClient.connect(stand.port, { allowHalfOpen: true });
        client.send(`POST /funko/one/hang HTTP/1.1\r\nHost: a\r\n${text}`);
        await isFree(stand);
        client.socket[how]();
        await isFree(stand);
        assert.equal(stand.inFlight.get('id-one'), 0);
      });
    }
  }

  it('when a client leaves while the funko’s connection is not made yet', async () => {
    await using stand = await startWorkerHarness();
    await narrow(stand);
    using client = await stand.connect();
    client.send(get('/funko/one/hang'));
    while (stand.inFlight.size === 0) await new Promise(setImmediate);
    client.socket.resetAndDestroy();
    await isFree(stand);
  });

  const ways: [string, (client: RawClient, funko: RawClient) => unknown][] = [
    ['its client ends it after a Close frame', (client) => client.send(CLOSE_OF_CLIENT).socket.end()],
    ['its client ends it without a word', (client) => client.socket.end()],
    ['its client resets it', (client) => client.socket.resetAndDestroy()],
    ['the funko ends it after a Close frame', (_, funko) => funko.send(CLOSE_OF_FUNKO).socket.end()],
    [
      'the funko ends it in the midst of a frame',
      (_, funko) => funko.send(Buffer.from([0x82, 9])).socket.end(),
    ],
    ['the funko resets it', (_, funko) => funko.socket.resetAndDestroy()],
  ];
  for (const [way, leave] of ways) {
    it(`when a WebSocket is over: ${way}, and the other side keeps its end open`, async () => {
      await using stand = await startWorkerHarness();
      const { upgraded } = await narrow(stand);
      using client = await RawClient.connect(stand.port, { allowHalfOpen: true });
      client.send(get('/funko/one/ws', ...UPGRADE));
      const funko = await upgraded();
      await client.until('\r\n\r\n');
      const left = performance.now();
      leave(client, funko);
      await isFree(stand);
      await Promise.all([client.closed(), funko.closed()]);
      assert.ok(performance.now() - left < AT_ONCE_MS);
    });
  }
});

describe('a WebSocket whose one side has ended', () => {
  it('still takes to the other side all that was sent, however slowly that reads', async () => {
    await using stand = await startWorkerHarness();
    const connections = await stand.rawFunko('one');
    using client = await stand.connect();
    client.send(get('/funko/one/', ...UPGRADE));
    const funko = await connections.next();
    funko.send(ACCEPT);
    await client.until('\r\n\r\n');
    funko.socket.pause();
    const sent = 'x'.repeat(20_000_000);
    client.send(sent).socket.end();
    // Longer than last words are waited for.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const before = funko.text.length;
    funko.socket.resume();
    assert.equal(await funko.closed(), 'end');
    assert.equal(funko.text.length, before + sent.length);
  });
});
