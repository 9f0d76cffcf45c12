/** The proxy as people run it under clients that mean no good, and a stop in the midst of work. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { RawClient } from '../../support/forward/raw-client.ts';
import { get } from '../../support/forward/worker-harness.ts';

const SLOW_HEADS = 300;
const SLOW_READERS = 20;
const DRAIN_SECONDS = 3;

/** Answers `/big` with 64 MiB, everything else with a word, and echoes WebSockets. */
const FUNKO = `const { createHash } = require('node:crypto');
  process.on('SIGTERM', () => process.exit());
  const big = Buffer.alloc(64 << 20);
  require('node:http').createServer((request, response) => response.end(request.url === '/big' ? big : 'ok'))
    .on('upgrade', (request, socket) => {
      const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
      socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n\\x81\\x02hi', 'latin1');
      socket.on('error', () => {}).resume();
    }).listen(3000);`;

let stand: ProxyHarness;
let name: string;

before(async () => {
  stand = await startProxyHarness({ FAASO_DRAIN_SECONDS: String(DRAIN_SECONDS) });
  name = stand.name('pressed');
  await stand.run({ name: `faaso-${name}`, command: ['node', '-e', FUNKO] });
  await stand.until(`/funko/${name}/`, (status) => status === 200);
});

after(() => stand[Symbol.asyncDispose]());

test('hundreds of heads that never end, and readers that do not read, keep nobody else from being served', async () => {
  const slow: RawClient[] = [];
  for (let count = 0; count < SLOW_HEADS; count += 1) {
    const client = await RawClient.connect(stand.port);
    slow.push(client.send('GET /healthz HTTP/1.1\r\nHost: a\r\nX: '));
  }
  for (let count = 0; count < SLOW_READERS; count += 1) {
    const client = await RawClient.connect(stand.port);
    client.socket.pause();
    slow.push(client.send(get(`/funko/${name}/big`)));
  }
  for (let count = 0; count < 20; count += 1) {
    for (const client of slow.slice(0, SLOW_HEADS)) client.send('y');
    const answer = await stand.fetch(`/funko/${name}/`, { headers: { connection: 'close' } });
    assert.equal(await answer.text(), 'ok');
  }
  for (const client of slow) client.socket.destroy();
  await stand.until('/healthz', (status) => status === 200);
});

test('a stop under load loses no request, tells WebSockets that it goes away, and keeps to its deadline', async () => {
  const sockets = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${stand.port}/funko/${name}/`);
      await once(socket, 'message');
      return socket;
    }),
  );
  let answered = 0;
  const clients = Array.from({ length: 16 }, async () => {
    using client = await RawClient.connect(stand.port);
    for (;;) {
      client.send(get(`/funko/${name}/`));
      const answer = await client.answer();
      assert.equal(answer.status, 200);
      answered += 1;
      if (answer.header('connection') === 'close') return;
    }
  });
  while (answered < 500) await new Promise(setImmediate);
  const closed = Promise.all(sockets.map(async (socket) => once(socket, 'close')));
  const began = performance.now();
  const stopped = stand.docker('stop', '--time', '30', stand.proxyName);
  await Promise.all(clients);
  assert.deepEqual(
    (await closed).map(([code]: unknown[]) => code),
    [1001, 1001, 1001, 1001],
  );
  await stopped;
  const seconds = (performance.now() - began) / 1000;
  assert.ok(seconds >= DRAIN_SECONDS - 0.5 && seconds < 20, `${seconds} s`);
  assert.equal(await stand.docker('inspect', '--format', '{{.State.ExitCode}}', stand.proxyName), '0');
});
