import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { FaasoError } from '../../../../src/errors.ts';
import { AdminHarness, TOKEN, type AdminAnswer } from '../../../support/admin/admin-harness.ts';
import { tarOf } from '../../../support/admin/tar.ts';

const MAX_BYTES = 1024 * 1024;
const PATH = '/admin/funkos/hello/versions';
const TAR = { 'content-type': 'application/x-tar' };
const GOOD = { 'funko.yml': 'name: hello\n', Dockerfile: 'FROM x\n' };

let admin: AdminHarness;
before(async () => {
  admin = await AdminHarness.start({ contextBytes: MAX_BYTES });
});
after(async () => admin[Symbol.asyncDispose]());

function codeOf({ body }: AdminAnswer): string {
  return (JSON.parse(body) as { code: string }).code;
}

test('a tar.gz is taken by its type or by its encoding; another type or encoding, or both, is 415', async () => {
  const tar = await tarOf(GOOD);
  const statusOf = async (body: Buffer, headers: OutgoingHttpHeaders): Promise<number> =>
    (await admin.ask('POST', PATH, { body, headers })).status;
  const gzip = gzipSync(tar);
  assert.equal(await statusOf(gzip, { 'content-type': 'application/gzip' }), 200);
  assert.equal(await statusOf(gzip, { 'content-type': 'application/x-gzip' }), 200);
  assert.equal(await statusOf(gzip, { ...TAR, 'content-encoding': 'gzip' }), 200);
  assert.deepEqual(admin.funkos.calls, Array(3).fill('build hello /ping'));
  assert.equal(await statusOf(gzip, { 'content-type': 'application/gzip', 'content-encoding': 'gzip' }), 415);
  assert.equal(await statusOf(tar, { ...TAR, 'content-encoding': 'br' }), 415);
  assert.equal(await statusOf(tar, { 'content-type': 'application/zip' }), 415);
  assert.equal(await statusOf(tar, {}), 415);
});

test('a gzip that inflates to more than is taken is 413', async () => {
  const body = gzipSync(await tarOf({ ...GOOD, zeros: Buffer.alloc(MAX_BYTES) }));
  assert.ok(body.length < MAX_BYTES / 100);
  const answer = await admin.ask('POST', PATH, { body, headers: { 'content-type': 'application/gzip' } });
  assert.equal(answer.status, 413);
  assert.equal(codeOf(answer), 'too_large');
});

test('a context that comes too slowly is 408; one that nobody reads is not', async () => {
  await using slow = await AdminHarness.start({ contextPaceMs: 200 });
  const tar = await tarOf(GOOD);
  const socket = await slow.connect();
  const lines = [`POST ${PATH} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${TOKEN}`];
  lines.push('Content-Type: application/x-tar', `Content-Length: ${tar.length}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  socket.write(tar.subarray(0, 700));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  assert.match(String(answer), /^HTTP\/1\.1 408 .*"code":"bad_context"/s);
  slow.funkos.onBuild = async ({ context }) => {
    await setTimeout(500);
    assert.ok((await buffer(context)).length > 0);
    throw new FaasoError('build_failed', 'it was read in the end');
  };
  const big = await tarOf({ ...GOOD, big: Buffer.alloc(MAX_BYTES / 2) });
  assert.match((await slow.ask('POST', PATH, { body: big, headers: TAR })).body, /it was read in the end/);
});
