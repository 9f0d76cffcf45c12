import assert from 'node:assert/strict';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { FaasoError } from '../../../../../src/errors.ts';
import { AdminHarness, TOKEN, type AdminAnswer } from '../../../../support/admin/admin-harness.ts';
import { tarOf } from '../../../../support/admin/tar.ts';

const MAX_BYTES = 1024 * 1024;
const PATH = '/admin/funkos/hello/versions';
const TAR = { 'content-type': 'application/x-tar' };

let admin: AdminHarness;
before(async () => {
  admin = await AdminHarness.start({ contextBytes: MAX_BYTES, contextEntries: 5 });
});
after(async () => admin[Symbol.asyncDispose]());
beforeEach(() => {
  admin.funkos.calls.length = 0;
});

function codeOf({ body }: AdminAnswer): string {
  return (JSON.parse(body) as { code: string }).code;
}

const GOOD = { 'funko.yml': 'name: hello\n', Dockerfile: 'FROM x\n' };

test('a build context is built, and the lines end with the result', async () => {
  const answer = await admin.ask('POST', `${PATH}?health=/alive`, { body: await tarOf(GOOD), headers: TAR });
  assert.equal(answer.status, 200);
  const lines = answer.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; text?: string; version?: string });
  assert.deepEqual(
    lines.map(({ type }) => type),
    ['step', 'step', 'log', 'step', 'warning', 'result'],
  );
  assert.equal(lines[2]?.text, 'making…');
  assert.equal(lines[5]?.version, 'v2');
  assert.deepEqual(admin.funkos.calls, ['build hello /alive']);
  assert.ok(admin.funkos.context.includes('FROM x'));
});

test('a name that FaaSO does not build is 400', async () => {
  const answer = await admin.ask('POST', '/admin/funkos/Hello/versions', {
    body: await tarOf(GOOD),
    headers: TAR,
  });
  assert.equal(answer.status, 400);
  assert.equal(codeOf(answer), 'bad_name');
});

test('a manifest that has another name than the path is 400 and names both', async () => {
  const answer = await admin.ask('POST', '/admin/funkos/other/versions', {
    body: await tarOf(GOOD),
    headers: TAR,
  });
  assert.equal(answer.status, 400);
  assert.equal(codeOf(answer), 'bad_manifest');
  assert.match(answer.body, /hello.*other/);
  assert.deepEqual(admin.funkos.calls, []);
});

test('a bad manifest is 400 with line and column', async () => {
  const body = await tarOf({ 'funko.yml': 'name: hello\nnmae: x\n' });
  const answer = await admin.ask('POST', PATH, { body, headers: TAR });
  assert.equal(codeOf(answer), 'bad_manifest');
  assert.match(answer.body, /funko\.yml:2:1/);
});

test('what is no tar, or a tar without funko.yml first, is 400', async () => {
  for (const body of [Buffer.from('no tar at all'), Buffer.alloc(0), await tarOf({ first: '', ...GOOD })]) {
    const answer = await admin.ask('POST', PATH, { body, headers: TAR });
    assert.equal(answer.status, 400);
    assert.equal(codeOf(answer), 'bad_context');
  }
});

test('a context that says it is too large is 413 before it is read', async () => {
  const answer = await admin.ask('POST', PATH, { body: Buffer.alloc(MAX_BYTES + 1), headers: TAR });
  assert.equal(answer.status, 413);
});

test('a context that turns out to be too large is 413, though the engine has begun to tell of its build', async () => {
  const body = await tarOf({ ...GOOD, big: Buffer.alloc(MAX_BYTES) });
  admin.funkos.onBuild = async ({ context }, onEvent) => {
    onEvent({ type: 'step', id: '1', name: 'load the context', state: 'started' });
    await buffer(context);
    throw new Error('it was read to its end');
  };
  const headers = { ...TAR, 'transfer-encoding': 'chunked' };
  const answer = await admin.ask('POST', PATH, { body, headers });
  assert.equal(answer.status, 413);
  assert.equal(codeOf(answer), 'too_large');
});

test('a context with too many entries is refused', async () => {
  const body = await tarOf({ ...GOOD, a: '', b: '', c: '', d: '' });
  const answer = await admin.ask('POST', PATH, { body, headers: TAR });
  assert.equal(codeOf(answer), 'too_large');
});

test('a build that fails ends with an error line that has the code, the words and the log', async () => {
  admin.funkos.onBuild = async ({ context }, onEvent) => {
    await buffer(context);
    onEvent({ type: 'log', id: '1', text: 'working' });
    return Promise.reject(new FaasoError('build_failed', 'npm install failed', { details: ['ERR!'] }));
  };
  const answer = await admin.ask('POST', PATH, { body: await tarOf(GOOD), headers: TAR });
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.body.trimEnd().split('\n').at(-1) ?? ''), {
    type: 'error',
    code: 'build_failed',
    message: 'npm install failed',
    details: ['ERR!'],
  });
});

test('a build that fails while the client is still sending gets its answer through', async () => {
  admin.funkos.onBuild = async () => Promise.reject(new FaasoError('build_failed', 'bad Dockerfile'));
  const socket = await admin.connect();
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  const tar = await tarOf({ ...GOOD, big: Buffer.alloc(MAX_BYTES / 2) });
  socket.write(requestHead(tar.length));
  socket.write(tar.subarray(0, 4096));
  while (!received.includes('bad Dockerfile')) await once(socket, 'data');
  socket.end(tar.subarray(4096));
  const [failed] = (await once(socket, 'close')) as [boolean];
  assert.equal(failed, false);
  assert.match(received, /^HTTP\/1\.1 422 /);
});

test('a client that goes away cancels its build', async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const begun = Promise.withResolvers<undefined>();
  admin.funkos.onBuild = async (_request, _onEvent, signal) => {
    signal?.addEventListener('abort', () => {
      cancelled.resolve(signal.reason);
    });
    begun.resolve(undefined);
    await cancelled.promise;
    throw new FaasoError('cancelled', 'The build was cancelled.');
  };
  const tar = await tarOf(GOOD);
  const socket = await admin.connect();
  socket.write(Buffer.concat([Buffer.from(requestHead(tar.length)), tar]));
  await begun.promise;
  socket.destroy();
  assert.equal(((await cancelled.promise) as FaasoError).code, 'cancelled');
});

test('a client that goes away in the middle of its upload is no version', async () => {
  const failure = Promise.withResolvers<unknown>();
  const begun = Promise.withResolvers<undefined>();
  admin.funkos.onBuild = async ({ context }) => {
    context.once('error', failure.resolve).resume();
    begun.resolve(undefined);
    throw await failure.promise;
  };
  const tar = await tarOf({ ...GOOD, big: Buffer.alloc(MAX_BYTES / 2) });
  const socket = await admin.connect();
  socket.write(requestHead(tar.length));
  socket.write(tar.subarray(0, 8192));
  await begun.promise;
  socket.destroy();
  assert.ok(await failure.promise);
});

test('a build that takes too long is cancelled, and says how long it may take', async () => {
  await using slow = await AdminHarness.start({ buildMs: 50 });
  slow.funkos.onBuild = async ({ context }, onEvent, signal) => {
    await buffer(context);
    onEvent({ type: 'log', id: '1', text: 'working' });
    if (signal) await once(signal, 'abort');
    throw new FaasoError('cancelled', 'The build was cancelled.');
  };
  const answer = await slow.ask('POST', PATH, { body: await tarOf(GOOD), headers: TAR });
  assert.match(answer.body, /"code":"cancelled","message":"The build took longer than 0\.05 s/);
});

test('a client that does not read misses output, and is told how much', async () => {
  const filled = Promise.withResolvers<undefined>();
  admin.funkos.onBuild = async ({ manifest }, onEvent) => {
    for (let line = 0; line < 20_000; line += 1) onEvent({ type: 'log', id: '1', text: 'x'.repeat(1000) });
    filled.resolve(undefined);
    return Promise.resolve({
      funko: manifest.name,
      version: 'v1',
      unchanged: false,
      reused: false,
      image: '',
      imageId: '',
      seconds: 1,
      removed: [],
    });
  };
  const tar = await tarOf(GOOD);
  const socket = await admin.connect();
  socket.pause();
  socket.write(Buffer.concat([Buffer.from(requestHead(tar.length)), tar]));
  await filled.promise;
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.resume();
  while (!received.includes('"type":"result"')) await once(socket, 'data');
  socket.destroy();
  assert.match(received, /"type":"warning","message":"[0-9]+ lines of output were left out/);
  assert.ok(received.length < 8_000_000, `${received.length} bytes were kept for a client that did not read`);
});

function requestHead(length: number): string {
  const lines = [
    `POST ${PATH} HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${TOKEN}`,
    'Content-Type: application/x-tar',
    `Content-Length: ${length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
