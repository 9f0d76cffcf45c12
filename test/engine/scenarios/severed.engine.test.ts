/** What is open to an instance that leaves the network is reset; to one that is stopped it ends as the program ends it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';

/** Streams events without an end; at SIGTERM it says goodbye on all of them, slowly, and ends. */
const STREAMS = `
  const open = new Set();
  require('node:http').createServer((q, r) => {
    if (q.url !== '/stream') return r.end('x');
    r.writeHead(200, { 'content-type': 'text/event-stream' });
    r.write('data: begun\\n\\n');
    open.add(r);
  }).on('upgrade', (q, s) => {
    s.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\nbegun');
  }).listen(3000);
  process.once('SIGTERM', () => {
    for (const r of open) r.write('x'.repeat(1e6));
    setTimeout(() => { for (const r of open) r.end('data: goodbye\\n\\n'); setTimeout(() => process.exit(), 200); }, 500);
  });
`;

let world: ScenarioHarness;
before(async () => {
  world = await ScenarioHarness.start();
});
after(async () => world[Symbol.asyncDispose]());

test('an event stream and a WebSocket are reset at once when their instance leaves the network', async () => {
  const funko = world.name('leaves');
  const id = await world.run(funko, { code: STREAMS });
  await world.answers(funko, 200);
  const stream = await opened(funko, '/stream', '');
  const socket = await opened(funko, '/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n');
  const ends = [stream, socket].map(async (each) =>
    once(each, 'error', { signal: AbortSignal.timeout(20_000) }),
  );
  await world.docker('network', 'disconnect', world.network, id);
  for (const [error] of (await Promise.all(ends)) as [NodeJS.ErrnoException][])
    assert.equal(error.code, 'ECONNRESET');
  await world.docker('network', 'connect', world.network, id);
  await world.answers(funko, 200);
});

test('the last words of an instance that is stopped arrive whole', async () => {
  const funko = world.name('stops');
  const id = await world.run(funko, { code: STREAMS });
  await world.answers(funko, 200);
  const stream = await opened(funko, '/stream', 'Connection: close\r\n');
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  const ended = once(stream, 'end', { signal: AbortSignal.timeout(30_000) });
  await world.docker('stop', id);
  await ended;
  assert.match(text.slice(-100), /data: goodbye\n\n\r\n0\r\n\r\n$/);
});

/** A connection over which an answer has begun. */
async function opened(funko: string, path: string, fields: string): Promise<Socket> {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
  socket.write(
    `GET /funko/${funko}${path} HTTP/1.1\r\nHost: x\r\n${fields}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  let text = '';
  while (!text.includes('begun')) text += String((await once(socket, 'data'))[0]);
  return socket;
}
