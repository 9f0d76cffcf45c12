import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { inspectContainer } from '../../../../src/docker/containers.ts';
import { Engine, statusOf } from '../../../../src/docker/engine/engine.ts';
import { socketServer } from '../../../support/docker/socket-server.ts';

const silence = (): void => undefined;

/** An answer as the engine gives it to a request that it refuses. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

test('an engine that is not there is unreachable; the message names the socket and the fix', async () => {
  await using server = await socketServer();
  await assert.rejects(new Engine(server).ping(), {
    name: 'FaasoError',
    code: 'engine_unreachable',
    message: `pinging the engine: no engine answers on ${server.socketPath} (ENOENT). Start Docker, or say in DOCKER_HOST where its socket is.`,
  });
});

test('an engine that never answers ends in a timeout, and the connection is given up', async () => {
  const cut = Promise.withResolvers<undefined>();
  await using server = await socketServer((request) => {
    request.once('close', () => {
      cut.resolve(undefined);
    });
  });
  const engine = new Engine({ socketPath: server.socketPath, timeoutMs: 1000 });
  await assert.rejects(inspectContainer(engine, 'x'), {
    code: 'engine_timeout',
    message: 'inspecting container x: the engine gave no answer within 1000 ms.',
  });
  await cut.promise;
});

test('an engine that dies in the middle of an answer ends in a timeout, not in waiting for ever', async () => {
  await using server = await socketServer((_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"Id":', () => response.destroy());
  });
  const engine = new Engine({ socketPath: server.socketPath, timeoutMs: 200 });
  await assert.rejects(inspectContainer(engine, 'x'), { code: /^engine_(timeout|unreachable)$/ });
});

test('an engine that closes the connection without an answer is unreachable', async () => {
  await using server = await socketServer((request) => request.socket.destroy());
  await assert.rejects(new Engine(server).ping(), { code: 'engine_unreachable' });
});

test("the caller's signal ends a call as cancelled", async () => {
  const abort = new AbortController();
  await using server = await socketServer(() => {
    abort.abort();
  });
  await assert.rejects(inspectContainer(new Engine(server), 'x', abort.signal), { code: 'cancelled' });
});

test('a signal that was aborted before ends a call at once', async () => {
  await using server = await socketServer(silence);
  await assert.rejects(inspectContainer(new Engine(server), 'x', AbortSignal.abort()), { code: 'cancelled' });
});

test("what the engine refuses fails with the engine's own words and its status", async () => {
  await using server = await socketServer((_request, response) => {
    refuse(response, 500, 'the disk is full');
  });
  await assert.rejects(inspectContainer(new Engine(server), 'x'), (error) => {
    assert.equal((error as Error).message, 'inspecting container x: the disk is full');
    assert.equal(statusOf(error), 500);
    return true;
  });
});

test('what the engine does not have is undefined', async () => {
  await using server = await socketServer((_request, response) => {
    refuse(response, 404, 'No such container: x');
  });
  assert.equal(await inspectContainer(new Engine(server), 'x'), undefined);
});

test('an engine that made its socket anew is found again by the path', async () => {
  const ok = (_request: unknown, response: ServerResponse): unknown => response.end('OK');
  await using server = await socketServer(ok);
  const engine = new Engine(server);
  await engine.ping();
  await server.stop();
  await assert.rejects(engine.ping(), { code: 'engine_unreachable' });
  await server.start(ok);
  await engine.ping();
});

test('a stream that goes on does not hold up a short call', async () => {
  await using server = await socketServer((request, response) => {
    if (request.url?.includes('_ping') === true) response.end('OK');
  });
  const engine = new Engine(server);
  const open = new AbortController();
  const stream = engine.call('following events', async (docker) => docker.getEvents({}), {
    signal: open.signal,
    timeoutMs: 0,
  });
  await engine.ping();
  open.abort();
  await assert.rejects(stream, { code: 'cancelled' });
});
