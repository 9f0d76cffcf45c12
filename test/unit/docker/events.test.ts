import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { Engine } from '../../../src/docker/engine/engine.ts';
import {
  CONTAINER_ACTIONS,
  NETWORK_ACTIONS,
  engineEvents,
  eventOf,
  imageTagChanges,
  type EngineEvent,
  type MissedEvent,
} from '../../../src/docker/events.ts';
import { socketServer } from '../../support/docker/socket-server.ts';

const START = {
  Type: 'container',
  Action: 'start',
  Actor: { ID: 'abc', Attributes: { name: 'faaso-x', image: 'y' } },
  timeNano: '17955',
  // What engines before API 1.52 say besides, and what nobody may rely on.
  status: 'old',
  id: 'old',
  from: 'old',
};

/** The bytes as the engine's answer to /events, which then ends. */
function answering(...chunks: (string | Buffer)[]): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const chunk of chunks) response.write(chunk);
    response.end();
  };
}

test('an event is read from Type, Action and Actor only', () => {
  assert.deepEqual(eventOf(START), {
    type: 'container',
    action: 'start',
    containerId: 'abc',
    attributes: { name: 'faaso-x', image: 'y' },
    timeNano: '17955',
  });
});

test("what follows the action's colon is taken off; a health status becomes an attribute", () => {
  const event = eventOf({ ...START, Action: 'health_status: unhealthy' });
  assert.equal(event?.action, 'health_status');
  assert.equal(event.attributes['health'], 'unhealthy');
});

test('a network event names the container by its attribute, and the network', () => {
  const Actor = { ID: 'net1', Attributes: { container: 'abc', name: 'faaso-net', type: 'bridge' } };
  const event = eventOf({ Type: 'network', Action: 'connect', Actor, timeNano: '5' });
  assert.equal(event?.containerId, 'abc');
  assert.deepEqual(event.network, { id: 'net1', name: 'faaso-net' });
});

test('exec events, and those of other things, are dropped', () => {
  for (const Action of ['exec_create: sh -c x', 'exec_start: sh', 'exec_die', 'exec_detach']) {
    assert.equal(eventOf({ ...START, Action }), undefined, Action);
  }
  assert.equal(eventOf({ ...START, Type: 'image' }), undefined);
});

test('nothing is connected before somebody subscribes', async () => {
  await using server = await socketServer((_request, response) => {
    assert.fail(`asked for ${response.req.url}`);
  });
  engineEvents(new Engine(server), { since: 1 });
});

test('it asks for what can change a route only, since a time with a fraction', async () => {
  const asked = Promise.withResolvers<URL>();
  await using server = await socketServer((request, response) => {
    asked.resolve(new URL(request.url ?? '', 'http://engine'));
    response.end();
  });
  await assert.rejects(lastValueFrom(engineEvents(new Engine(server), { since: 1.25 })));
  const { searchParams } = await asked.promise;
  assert.equal(searchParams.get('since'), '1.250000000');
  const filters = JSON.parse(searchParams.get('filters') ?? '') as Record<string, string[]>;
  assert.deepEqual(filters['type'], ['container', 'network']);
  const told = [...CONTAINER_ACTIONS, ...NETWORK_ACTIONS];
  assert.deepEqual(filters['event'], told);
  // The engine compares beginnings.
  assert.ok(
    !told.some((action) => 'exec_create: sh'.startsWith(action) || 'exec_start: sh'.startsWith(action)),
  );
});

test('an event that is too long is told of as missed, and what follows it is read', async () => {
  const long = { ...START, Actor: { ID: 'abc', Attributes: { big: 'x'.repeat(3 * 1024 ** 2) } } };
  const after = { ...START, Action: 'die' };
  const sent = [START, long, after].map((each) => `${JSON.stringify(each)}\n`);
  await using server = await socketServer((_request, response) => {
    response.writeHead(200).write(sent.join(''));
  });
  const told = engineEvents(new Engine(server), { since: 1 }).pipe(take(3), toArray());
  const [first, missed, last] = await lastValueFrom(told);
  assert.deepEqual([first?.type, missed, last?.type], ['container', { type: 'missed' }, 'container']);
});

test("a change of an image's tags that is too long to be read is a hint too", async () => {
  await using server = await socketServer((_request, response) => {
    response.writeHead(200).write(`"${'x'.repeat(3 * 1024 ** 2)}`);
  });
  await firstValueFrom(imageTagChanges(new Engine(server), { since: 1 }));
});

test('the end of the stream is an error', async () => {
  await using server = await socketServer(answering(`${JSON.stringify(START)}\n`));
  const events: (EngineEvent | MissedEvent)[] = [];
  const ended = Promise.withResolvers<unknown>();
  engineEvents(new Engine(server), { since: 1 }).subscribe({
    next: (event) => events.push(event),
    error: ended.resolve,
    complete: () => {
      ended.reject(new Error('it completed'));
    },
  });
  const error = await ended.promise;
  assert.equal((error as { code: string }).code, 'engine_unreachable');
  assert.equal(events.length, 1);
});

test('a stream that breaks is an error', async () => {
  await using server = await socketServer((_request, response) => {
    response.writeHead(200).write('{', () => response.destroy());
  });
  const events = engineEvents(new Engine(server), { since: 1 }).pipe(toArray());
  await assert.rejects(lastValueFrom(events), { code: 'engine_unreachable' });
});

test('a malformed line is an error', async () => {
  await using server = await socketServer(answering('{"Type":"container",\n'));
  const events = engineEvents(new Engine(server), { since: 1 });
  await assert.rejects(lastValueFrom(events), { code: 'engine_failed', message: /not JSON/ });
});

test('an engine that refuses is an error with its words', async () => {
  await using server = await socketServer((_request, response) => {
    response.writeHead(500).end('{"message":"too busy"}');
  });
  const events = engineEvents(new Engine(server), { since: 1 });
  await assert.rejects(lastValueFrom(events), {
    code: 'engine_failed',
    message: 'following events: too busy',
  });
});

test('each subscription has a connection of its own, which ends with it', async () => {
  const closed = Promise.withResolvers<undefined>();
  await using server = await socketServer((request, response) => {
    request.socket.once('close', () => {
      closed.resolve(undefined);
    });
    response.writeHead(200).write(`${JSON.stringify(START)}\n`);
  });
  await firstValueFrom(engineEvents(new Engine(server), { since: 1 }));
  await closed.promise;
});

test('one who unsubscribes before the engine answered hears nothing, and leaves no connection', async () => {
  const asked = Promise.withResolvers<undefined>();
  const closed = Promise.withResolvers<undefined>();
  await using server = await socketServer((request) => {
    request.socket.once('close', () => {
      closed.resolve(undefined);
    });
    asked.resolve(undefined);
  });
  const subscription = engineEvents(new Engine(server), { since: 1 }).subscribe({
    error: (error: unknown) => {
      assert.fail(String(error));
    },
  });
  await asked.promise;
  subscription.unsubscribe();
  await closed.promise;
});
