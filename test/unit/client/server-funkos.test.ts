import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { BuildingEvent } from '../../../src/api/funko-api.ts';
import { FaasoError, type ErrorCode } from '../../../src/errors.ts';
import type { FunkoApi } from '../../../src/api/funko-api.ts';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { AdminHarness, TOKEN } from '../../support/admin/admin-harness.ts';
import { tarOf } from '../../support/admin/tar.ts';

let admin: AdminHarness;
let funkos: FunkoApi;
before(async () => {
  admin = await AdminHarness.start({ contextBytes: 64 * 1024 * 1024 });
  funkos = new ServerFunkos({ url: admin.url, token: TOKEN });
});
after(async () => admin[Symbol.asyncDispose]());

const MANIFEST = { name: 'hello', runtime: null, options: {}, env: {} };

async function build(
  context: Readable,
  host: FunkoApi = funkos,
  onEvent: (event: BuildingEvent) => void = () => undefined,
  signal?: AbortSignal,
): Promise<unknown> {
  return host.build({ manifest: MANIFEST, health: '/alive', context }, onEvent, signal);
}

async function context(extra: Readonly<Record<string, Buffer>> = {}): Promise<Readable> {
  return Readable.from([await tarOf({ 'funko.yml': 'name: hello\n', ...extra })]);
}

/** A server that answers every connection in a way of its own. */
async function misbehaving(
  answer: (socket: Socket) => void,
): Promise<AsyncDisposable & { funkos: FunkoApi; url: string }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    url,
    funkos: new ServerFunkos({ url, token: TOKEN }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('where, list and show give what the server has', async () => {
  assert.equal((await funkos.where()).kind, 'server');
  assert.deepEqual(
    (await funkos.list()).map(({ name }) => name),
    ['hello'],
  );
  assert.equal((await funkos.show('hello')).latest, 'v1');
  await assert.rejects(funkos.show('a/b'), { code: 'unknown_funko' });
  assert.equal(admin.funkos.calls.at(-1), 'show a/b');
});

test('build sends the context, hands on the progress and gives the result', async () => {
  const big = Buffer.alloc(5 * 1024 * 1024, 'x');
  const events: BuildingEvent[] = [];
  const result = await build(await context({ big }), funkos, (event) => events.push(event));
  assert.deepEqual(result, {
    funko: 'hello',
    version: 'v2',
    image: 'faaso-hello:v2',
    unchanged: false,
    reused: false,
    imageId: 'sha256:1',
    seconds: 1.5,
    removed: [],
  });
  assert.deepEqual(events[2], { type: 'log', id: '1', text: 'making…' });
  assert.equal(admin.funkos.calls.at(-1), 'build hello /alive');
  assert.ok(admin.funkos.context.length > big.length);
});

test('up, down and remove give their results', async () => {
  const events: string[] = [];
  const request = { name: 'hello', version: 'v1', timeoutMs: 5 };
  const result = await funkos.up(request, (event) => events.push(event.type));
  assert.equal(result.instance, 'faaso-hello.1');
  assert.deepEqual(events, ['starting', 'ready']);
  assert.equal(admin.funkos.calls.at(-1), `up ${JSON.stringify(request)}`);
  await funkos.rollback({ name: 'hello' }, (event) => events.push(event.type));
  assert.deepEqual(events, ['starting', 'ready', 'starting', 'ready']);
  assert.equal(admin.funkos.calls.at(-1), 'rollback {"name":"hello"}');
  await funkos.restart({ name: 'hello', surge: true }, (event) => events.push(event.type));
  assert.equal(admin.funkos.calls.at(-1), 'restart {"name":"hello","surge":true}');
  await funkos.env({ name: 'hello' });
  assert.equal(admin.funkos.calls.at(-1), 'env {"name":"hello"}');
  await funkos.env({ name: 'hello', set: { A: '1' } });
  assert.equal(admin.funkos.calls.at(-1), 'env {"name":"hello","set":{"A":"1"},"unset":[]}');
  assert.equal((await funkos.scale({ name: 'hello' }, () => undefined)).scale, 1);
  assert.equal((await funkos.scale({ name: 'hello', count: 3 }, () => undefined)).scale, 3);
  assert.equal(admin.funkos.calls.at(-1), 'scale {"name":"hello","count":3}');
  assert.deepEqual(await funkos.down('hello'), { funko: 'hello', removed: ['faaso-hello.1'] });
  assert.deepEqual((await funkos.remove('hello')).images, ['faaso-hello:v2', 'faaso-hello:v1']);
});

test('an error of the server arrives with its code, its words and its details', async () => {
  await assert.rejects(funkos.down('none'), { code: 'unknown_funko', message: 'There is no funko "none"' });
  const details = ['npm ERR! one', 'npm ERR! two'];
  admin.funkos.onUp = async (_request, onEvent) => {
    onEvent({ type: 'starting', instance: 'faaso-hello.1', version: 'v1' });
    return Promise.reject(new FaasoError('not_ready', 'It crashed.', { details }));
  };
  await assert.rejects(
    funkos.up({ name: 'hello' }, () => undefined),
    { code: 'not_ready', details },
  );
});

test('a wrong token says how to get the right one, also in the middle of an upload', async () => {
  const stranger = new ServerFunkos({ url: admin.url, token: 'wrong' });
  await assert.rejects(stranger.list(), { code: 'unauthorized', message: /faaso login http:/ });
  for (let time = 0; time < 10; time += 1) {
    const big = Buffer.alloc(2 * 1024 * 1024);
    await assert.rejects(build(await context({ big }), stranger), { code: 'unauthorized' });
  }
});

test('a context that the server refuses in the middle of the upload gives the server’s words', async () => {
  const chunk = Buffer.alloc(1024 * 1024);
  const endless = async function* (): AsyncGenerator<Buffer> {
    yield (await tarOf({ 'funko.yml': 'name: other\n' })).subarray(0, 1024);
    for (let count = 0; count < 500; count += 1) yield chunk;
  };
  await assert.rejects(build(Readable.from(endless())), { code: 'bad_manifest', message: /other.*hello/ });
});

test('a context that breaks while it is read fails with its own error', async () => {
  const broken = async function* (): AsyncGenerator<Buffer> {
    yield (await tarOf({ 'funko.yml': 'name: hello\n' })).subarray(0, 1024);
    throw new FaasoError('bad_context', 'secret.txt: it changed while it was read');
  };
  await assert.rejects(build(Readable.from(broken())), { code: 'bad_context', message: /secret\.txt/ });
});

test('a context that breaks while the server answers already fails with its own error', async () => {
  const answered = Promise.withResolvers<undefined>();
  const broken = async function* (): AsyncGenerator<Buffer> {
    yield (await tarOf({ 'funko.yml': 'name: hello\n' })).subarray(0, 1024);
    await answered.promise;
    throw new FaasoError('bad_context', 'secret.txt: it changed while it was read');
  };
  admin.funkos.onBuild = async ({ context: received }, onEvent) => {
    onEvent({ type: 'queued', position: 1 });
    const [error] = (await once(received.resume(), 'error')) as [Error];
    throw error;
  };
  const building = build(Readable.from(broken()), funkos, () => answered.resolve(undefined));
  await assert.rejects(building, { code: 'bad_context', message: /secret\.txt/ });
});

test('cancelling ends the build on the server', async () => {
  const cancelled = Promise.withResolvers<undefined>();
  admin.funkos.onBuild = async ({ context: received }, onEvent, signal) => {
    await buffer(received);
    onEvent({ type: 'log', id: '1', text: 'working' });
    if (signal) await once(signal, 'abort');
    cancelled.resolve(undefined);
    throw new FaasoError('cancelled', 'The build was cancelled.');
  };
  const cancel = new AbortController();
  const building = build(await context(), funkos, () => cancel.abort(), cancel.signal);
  await assert.rejects(building, { code: 'cancelled' });
  await cancelled.promise;
});

test('a server that is gone in the middle of a build is a failure that says so', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n';
  const line = '{"type":"log","id":"1","text":"working"}\n';
  const chunk = `${line.length.toString(16)}\r\n${line}\r\n`;
  for (const end of ['', '0\r\n\r\n']) {
    await using server = await misbehaving((socket) => {
      socket.once('data', () => socket.end(head + chunk + end));
    });
    const events: BuildingEvent[] = [];
    await assert.rejects(
      build(await context(), server.funkos, (event) => events.push(event)),
      {
        code: 'server_failed',
        message: /ended before its result/,
      },
    );
    assert.equal(events.length, 1);
  }
});

test('where nothing listens the error names the address and the fix', async () => {
  const server = await misbehaving(() => undefined);
  await server[Symbol.asyncDispose]();
  await assert.rejects(server.funkos.list(), (error: FaasoError) => {
    assert.equal(error.code, 'server_unreachable');
    assert.ok(error.message.includes(server.url));
    assert.match(error.message, /docker compose up|FAASO_SERVER/);
    return true;
  });
});

const STRANGE: [string, string, ErrorCode][] = [
  [
    'a page of another server',
    'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi',
    'server_failed',
  ],
  [
    'an error page of a proxy',
    'HTTP/1.1 502 No\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi',
    'server_failed',
  ],
  [
    'JSON of another server',
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"version":1}',
    'server_failed',
  ],
  [
    'broken JSON',
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{',
    'server_failed',
  ],
  [
    'a problem of an unknown code',
    'HTTP/1.1 418 No\r\nContent-Type: application/problem+json\r\nContent-Length: 16\r\n\r\n{"code":"teapot"',
    'server_failed',
  ],
  ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n', 'server_failed'],
];
for (const [what, answer, code] of STRANGE) {
  test(`${what} is a failure of the server`, async () => {
    await using server = await misbehaving((socket) => {
      socket.once('data', () => socket.end(answer));
    });
    await assert.rejects(server.funkos.list(), { code });
  });
}
