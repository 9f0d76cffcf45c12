import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { test } from 'node:test';
import type { Probe } from '../../src/proxy/routing/backend.ts';
import { sampleBackend as backend } from './samples.ts';
import { Prober, askOnce } from '../../src/proxy/worker/prober.ts';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a backend is ready when a later question is answered with yes', async () => {
  const answers = [false, false, true];
  const ready = Promise.withResolvers<[string, string]>();
  const prober = new Prober(
    (id, life) => {
      ready.resolve([id, life]);
    },
    async () => Promise.resolve(answers.shift() ?? assert.fail('asked again after yes')),
  );
  const keepAlive = setInterval(() => undefined, 1000);
  prober.consider(backend());
  assert.deepEqual(await ready.promise, ['ab12', 'one']);
  clearInterval(keepAlive);
});

test('a yes that comes after the life has ended is not reported', async () => {
  const answer = Promise.withResolvers<boolean>();
  const reported: string[] = [];
  const prober = new Prober(
    (_id, life) => reported.push(life),
    async () => answer.promise,
  );
  prober.consider(backend());
  prober.forget('ab12');
  answer.resolve(true);
  await new Promise(setImmediate);
  assert.deepEqual(reported, []);
});

test('a backend that is ready, paused or without an address is not asked', () => {
  const prober = new Prober(
    () => undefined,
    () => assert.fail('asked'),
  );
  prober.consider(backend({ state: 'ready' }));
  prober.consider(backend({ state: 'paused' }));
  prober.consider(backend({ address: null }));
  prober.consider(backend({ probe: null }));
});

test('the TCP probe says yes exactly when the port accepts', async () => {
  const server = createServer((socket) => socket.destroy());
  const port = await listening(server);
  assert.equal(await askOnce(backend({ port })), true);
  server.close();
  await once(server, 'close');
  assert.equal(await askOnce(backend({ port })), false);
});

test('the HTTP probe says yes for a status below 400 on its path only', async () => {
  const server = createHttpServer((request, response) => {
    response.writeHead(request.url === '/ping' ? 200 : 500).end('x');
  });
  const port = await listening(server);
  const probe = (path: string): Probe => ({ kind: 'http', path });
  assert.equal(await askOnce(backend({ port, probe: probe('/ping') })), true);
  assert.equal(await askOnce(backend({ port, probe: probe('/other') })), false);
  server.close();
});
