import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, beforeEach, test } from 'node:test';
import { FaasoError } from '../../../../../src/errors.ts';
import { AdminHarness, TOKEN } from '../../../../support/admin/admin-harness.ts';
import { requestOf } from '../../../../support/cli/fake-access-log.ts';

let admin: AdminHarness;
before(async () => {
  admin = await AdminHarness.start();
});
after(async () => admin[Symbol.asyncDispose]());
beforeEach(() => {
  admin.funkos.calls.length = 0;
  admin.logLines.length = 0;
});

function problem(body: string): { readonly detail: string } {
  return JSON.parse(body) as { detail: string };
}

test('up takes a version and a time, and answers with progress and the result', async () => {
  const body = JSON.stringify({ version: 'v2', timeoutMs: 500 });
  const headers = { 'content-type': 'application/json' };
  const answer = await admin.ask('POST', '/admin/funkos/hello/up', { body, headers });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'application/x-ndjson');
  const lines = answer.body.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { type: string }).type),
    ['starting', 'ready', 'result'],
  );
  assert.deepEqual(admin.funkos.calls, ['up {"name":"hello","version":"v2","timeoutMs":500}']);
});

test('up without a body takes the newest version', async () => {
  await admin.ask('POST', '/admin/funkos/hello/up');
  assert.deepEqual(admin.funkos.calls, ['up {"name":"hello"}']);
});

test('rollback takes a version, or the server finds the one before', async () => {
  const headers = { 'content-type': 'application/json' };
  await admin.ask('POST', '/admin/funkos/hello/rollback', { body: '{"version":"v2"}', headers });
  const answer = await admin.ask('POST', '/admin/funkos/hello/rollback');
  assert.equal(answer.headers['content-type'], 'application/x-ndjson');
  assert.deepEqual(admin.funkos.calls, [
    'rollback {"name":"hello","version":"v2"}',
    'rollback {"name":"hello"}',
  ]);
});

test('up takes a preview, and split takes weights or tells how the requests are shared', async () => {
  const headers = { 'content-type': 'application/json' };
  await admin.ask('POST', '/admin/funkos/hello/up', { body: '{"version":"v2","preview":true}', headers });
  await admin.ask('GET', '/admin/funkos/hello/split');
  await admin.ask('POST', '/admin/funkos/hello/split', { body: '{"weights":{"v1":90,"v2":10}}', headers });
  assert.deepEqual(admin.funkos.calls, [
    'up {"name":"hello","version":"v2","preview":true}',
    'split {"name":"hello"}',
    'split {"name":"hello","weights":{"v1":90,"v2":10}}',
  ]);
  for (const body of ['{}', '{"weights":{"1":50,"v2":50}}', '{"weights":{"v1":"50","v2":50}}']) {
    const answer = await admin.ask('POST', '/admin/funkos/hello/split', { body, headers });
    assert.equal(answer.status, 400, body);
  }
});

const BAD_BODIES: [string, RegExp][] = [
  ['{', /not valid JSON/],
  ['[]', /the body/],
  ['{"version":"2"}', /v1, v2/],
  ['{"timeoutMs":"5"}', /milliseconds/],
  ['{"timeoutMs":0}', /from 1 to 3600000/],
  ['{"versoin":"v2"}', /Did you mean "version"/],
];
for (const [body, message] of BAD_BODIES) {
  test(`up refuses the body ${body}`, async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await admin.ask('POST', '/admin/funkos/hello/up', { body, headers });
    assert.equal(answer.status, 400);
    assert.match(problem(answer.body).detail, message);
    assert.deepEqual(admin.funkos.calls, []);
  });
}

test('up refuses a body of another type with 415', async () => {
  const headers = { 'content-type': 'text/plain' };
  const answer = await admin.ask('POST', '/admin/funkos/hello/up', { body: '{}', headers });
  assert.equal(answer.status, 415);
});

test('up refuses a body above 64 KiB with 413', async () => {
  const headers = { 'content-type': 'application/json' };
  const answer = await admin.ask('POST', '/admin/funkos/hello/up', { body: ' '.repeat(65_537), headers });
  assert.equal(answer.status, 413);
});

test('a body far above the limit gets its 413 while it is sent, and the connection ends cleanly', async () => {
  const size = 8 * 1024 * 1024;
  const socket = await admin.connect();
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.write(
    `POST /admin/funkos/hello/up HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`,
  );
  socket.end(Buffer.alloc(size, ' '));
  const [failed] = (await once(socket, 'close')) as [boolean];
  assert.equal(failed, false);
  assert.match(received, /^HTTP\/1\.1 413 /);
});

test('work that says nothing gets its head after 5 s, so that nobody on the way gives up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const begun = Promise.withResolvers<undefined>();
  const goOn = Promise.withResolvers<never>();
  admin.funkos.onUp = async () => {
    begun.resolve(undefined);
    return goOn.promise;
  };
  const socket = await admin.connect();
  const head = once(socket, 'data') as Promise<[Buffer]>;
  socket.write(`POST /admin/funkos/hello/up HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
  await begun.promise;
  t.mock.timers.tick(5000);
  assert.match((await head)[0].toString(), /^HTTP\/1\.1 200 [^]*application\/x-ndjson/);
  goOn.reject(new FaasoError('conflict', 'It was made by hand.'));
  const [line] = (await once(socket, 'data')) as [Buffer];
  assert.match(line.toString(), /"type":"error","code":"conflict"/);
  socket.destroy();
});

test('a client that goes away in the middle of its body is no error of the server', async () => {
  const logged = Promise.withResolvers<undefined>();
  admin.onLog = () => {
    logged.resolve(undefined);
  };
  const socket = await admin.connect();
  socket.write(
    `POST /admin/funkos/hello/up HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    () => socket.destroy(),
  );
  await logged.promise;
  assert.match(admin.logLines.join(''), /"operation":"up".*"result":"cancelled"/);
});

test('scale is read with GET and asked for with POST', async () => {
  const read = await admin.ask('GET', '/admin/funkos/hello/scale');
  assert.equal((JSON.parse(read.body) as { scale: number }).scale, 1);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ count: 3, surge: true, steadyMs: 0, whenBusy: 'refuse' });
  const asked = await admin.ask('POST', '/admin/funkos/hello/scale', { body, headers });
  assert.match(asked.body, /"type":"result".*"scale":3/);
  assert.deepEqual(admin.funkos.calls, [
    'scale {"name":"hello"}',
    'scale {"name":"hello","count":3,"surge":true,"steadyMs":0,"whenBusy":"refuse"}',
  ]);
  for (const bad of ['{}', '{"count":0}', '{"count":101}', '{"count":1.5}']) {
    const refused = await admin.ask('POST', '/admin/funkos/hello/scale', { body: bad, headers });
    assert.equal(refused.status, 400);
    assert.match(problem(refused.body).detail, /a whole number from 1 to 100/);
  }
});

test('logs come as lines, with the query checked', async () => {
  const time = '2026-01-31T12:00:00.000000001Z';
  admin.funkos.logged.written.set('hello', [
    { time, text: 'one' },
    { time, text: 'zwei ü' },
  ]);
  const answer = await admin.ask('GET', '/admin/funkos/hello/logs?tail=5&since=2026-01-31T12:00:00.5Z');
  const lines = answer.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ type, text }) => [type, text]),
    [
      ['line', 'one'],
      ['line', 'zwei ü'],
      ['result', undefined],
    ],
  );
  assert.deepEqual(admin.funkos.calls, [
    'logs {"name":"hello","follow":false,"since":"2026-01-31T12:00:00.5Z","tail":5}',
  ]);
  for (const query of ['tail=-1', 'tail=200000', 'since=yesterday', 'follow=1', 'lines=5']) {
    assert.equal((await admin.ask('GET', `/admin/funkos/hello/logs?${query}`)).status, 400);
  }
});

test('logs that are followed come until the client goes away', async () => {
  const socket = await admin.connect();
  socket.write(
    `GET /admin/funkos/hello/logs?follow=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
  );
  await once(socket, 'data');
  assert.deepEqual(admin.funkos.calls, ['logs {"name":"hello","follow":true}']);
  socket.destroy();
  await admin.funkos.cancelled.promise;
});

test('requests come as lines, of the funkos in the query', async () => {
  admin.funkos.recorded = [requestOf('hello'), requestOf('other')];
  const answer = await admin.ask(
    'GET',
    '/admin/requests?funko=hello&funko=shop&tail=5&since=2026-01-31T12:00:00Z',
  );
  const types = answer.body
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  assert.deepEqual(types, ['request', 'result']);
  await admin.ask('GET', '/admin/requests?funko=hello');
  await admin.ask('GET', '/admin/requests');
  assert.deepEqual(admin.funkos.calls, [
    'accessLog {"funkos":["hello","shop"],"follow":false,"tail":5,"since":"2026-01-31T12:00:00Z"}',
    'accessLog {"funkos":["hello"],"follow":false}',
    'accessLog {"follow":false}',
  ]);
  for (const query of ['tail=-1', 'since=yesterday', 'follow=1', 'name=hello', 'tail=1&tail=2'])
    assert.equal((await admin.ask('GET', `/admin/requests?${query}`)).status, 400, query);
});
