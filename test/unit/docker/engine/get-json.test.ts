import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Engine } from '../../../../src/docker/engine/engine.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

test('one connection serves several questions, one after another', async () => {
  const sockets = new Set<Socket>();
  await using server = await socketServer((request, response) => {
    sockets.add(request.socket);
    response.end(JSON.stringify({ path: request.url }));
  });
  const engine = new Engine(server);
  for (const path of ['/a', '/b', '/c']) assert.deepEqual(await engine.get('asking', path), { path });
  assert.equal(sockets.size, 1);
});

test('a kept connection that the engine closes at the next question is replaced by a new one', async () => {
  const sockets = new Set<Socket>();
  await using server = await socketServer((request, response) => {
    if (sockets.has(request.socket)) request.socket.destroy();
    else response.end('{}');
    sockets.add(request.socket);
  });
  const engine = new Engine(server);
  await engine.get('asking', '/');
  assert.deepEqual(await engine.get('asking', '/'), {});
  assert.equal(sockets.size, 2);
});

test('a connection that is idle is closed', async () => {
  const closed = Promise.withResolvers<unknown>();
  await using server = await socketServer((request, response) => {
    closed.resolve(once(request.socket, 'close'));
    response.end('{}');
  });
  await new Engine(server).get('asking', '/');
  await closed.promise;
});

test('an answer may take longer than an idle connection is kept', async () => {
  await using server = await socketServer((_request, response) => {
    setTimeout(() => response.end('{}'), 600);
  });
  assert.deepEqual(await new Engine(server).get('asking', '/'), {});
});

test('an answer that breaks off in the middle is an engine out of reach', async () => {
  await using server = await socketServer((_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy());
  });
  await assert.rejects(new Engine(server).get('asking', '/'), { code: 'engine_unreachable' });
});
