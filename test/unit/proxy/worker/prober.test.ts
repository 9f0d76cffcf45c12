import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { test } from 'node:test';
import type { ProbeFailure } from '../../../../src/health/probe-failure.ts';
import type { ProbeResult } from '../../../../src/health/probe.ts';
import type { Probe } from '../../../../src/proxy/balancing/backend.ts';
import { sampleBackend as backend } from '../../../support/proxy/samples.ts';
import { Prober, askOnce } from '../../../../src/proxy/worker/prober.ts';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a backend is ready when a later question is answered with yes', async () => {
  const answers: ProbeResult[] = ['refused', 503, 'ready'];
  const ready = Promise.withResolvers<[string, string]>();
  const prober = new Prober(
    {
      ready: (id, life) => {
        ready.resolve([id, life]);
      },
      missed: () => undefined,
    },
    async () => Promise.resolve(answers.shift() ?? assert.fail('asked again after it was ready')),
  );
  const keepAlive = setInterval(() => undefined, 1000);
  prober.consider(backend());
  assert.deepEqual(await ready.promise, ['ab12', 'one']);
  clearInterval(keepAlive);
});

test('what a backend that is long in getting ready answers is told once, and again when it changes', async () => {
  const until = performance.now() + 1200;
  const told: ProbeFailure[] = [];
  const ready = Promise.withResolvers<undefined>();
  const prober = new Prober(
    { ready: () => ready.resolve(undefined), missed: (_id, _life, miss) => told.push(miss) },
    async () => {
      const answer = told.length === 0 ? 'refused' : 404;
      return Promise.resolve(performance.now() < until ? answer : 'ready');
    },
  );
  const keepAlive = setInterval(() => undefined, 1000);
  prober.consider(backend());
  await ready.promise;
  clearInterval(keepAlive);
  assert.deepEqual(told, ['refused', 404]);
});

test('a yes that comes after the life has ended is not reported', async () => {
  const answer = Promise.withResolvers<ProbeResult>();
  const reported: string[] = [];
  const prober = new Prober(
    { ready: (_id, life) => reported.push(life), missed: () => undefined },
    async () => answer.promise,
  );
  prober.consider(backend());
  prober.forget('ab12');
  answer.resolve('ready');
  await new Promise(setImmediate);
  assert.deepEqual(reported, []);
});

test('a backend that is ready, paused or without an address is not asked', () => {
  const prober = new Prober({ ready: () => undefined, missed: () => undefined }, () => assert.fail('asked'));
  prober.consider(backend({ state: 'ready' }));
  prober.consider(backend({ state: 'paused' }));
  prober.consider(backend({ address: null }));
  prober.consider(backend({ probe: null }));
});

test('the TCP probe says yes exactly when the port accepts', async () => {
  const server = createServer((socket) => socket.destroy());
  const port = await listening(server);
  assert.equal(await askOnce(backend({ port })), 'ready');
  server.close();
  await once(server, 'close');
  assert.equal(await askOnce(backend({ port })), 'refused');
});

test('the HTTP probe says yes for a status below 400 on its path only', async () => {
  const server = createHttpServer((request, response) => {
    response.writeHead(request.url === '/ping' ? 200 : 500).end('x');
  });
  const port = await listening(server);
  const probe = (path: string): Probe => ({ kind: 'http', path });
  assert.equal(await askOnce(backend({ port, probe: probe('/ping') })), 'ready');
  assert.equal(await askOnce(backend({ port, probe: probe('/other') })), 500);
  server.close();
});

test('the HTTP probe tells what it met', async () => {
  const probe: Probe = { kind: 'http', path: '/ping' };
  const rude = createServer((socket) => socket.destroy());
  const port = await listening(rude);
  assert.equal(await askOnce(backend({ port, probe })), 'closed');
  rude.close();
  await once(rude, 'close');
  assert.equal(await askOnce(backend({ port, probe })), 'refused');
  const mute = createServer();
  assert.equal(await askOnce(backend({ port: await listening(mute), probe })), 'silent');
  mute.close();
});
