import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine, statusOf } from '../../../src/docker/engine/engine.ts';
import { removeContainer, stopContainer } from '../../../src/docker/instance-calls.ts';
import { socketServer } from '../../support/docker/socket-server.ts';

test('the grace period is told to the engine in seconds', async () => {
  const asked: (string | undefined)[] = [];
  await using server = await socketServer((request, response) => {
    asked.push(request.url);
    response.writeHead(204).end();
  });
  await stopContainer(new Engine(server), 'abc', 25);
  assert.deepEqual(asked, ['/containers/abc/stop?t=25']);
});

test('one that somebody else is removing is waited for', async () => {
  const asked: string[] = [];
  await using server = await socketServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'POST') response.end('{"StatusCode":0}');
    else response.writeHead(409).end('{"message":"removal of container abc is already in progress"}');
  });
  await removeContainer(new Engine(server), 'abc');
  assert.deepEqual(asked, [
    'DELETE /containers/abc?force=true&v=true',
    'POST /containers/abc/wait?condition=removed',
  ]);
});

test('a removal that is refused for another reason fails', async () => {
  await using server = await socketServer((request, response) => {
    if (request.method === 'POST') response.end('{"StatusCode":0}');
    else response.writeHead(409).end('{"message":"you cannot remove this"}');
  });
  await assert.rejects(removeContainer(new Engine(server), 'abc'), (error) => statusOf(error) === 409);
});
