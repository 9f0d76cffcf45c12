import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { ServerFunkos } from '../../../../../src/client/server-funkos.ts';
import { AdminHarness, TOKEN, type AdminAnswer } from '../../../../support/admin/admin-harness.ts';

let admin: AdminHarness;
before(async () => {
  admin = await AdminHarness.start();
});
after(async () => admin[Symbol.asyncDispose]());

const BYTES = { 'content-type': 'application/octet-stream' };

async function put(key: string, body: Buffer, headers: Record<string, string> = BYTES): Promise<AdminAnswer> {
  return admin.ask('PUT', `/admin/funkos/hello/secrets/${key}`, { headers, body });
}

test('a value goes in byte for byte, and only names come out', async () => {
  const funkos = new ServerFunkos({ url: admin.url, token: TOKEN });
  const value = randomBytes(512 * 1024);
  const first = await funkos.secrets.set({ name: 'hello', key: 'tls.key', value });
  assert.deepEqual(first, { funko: 'hello', key: 'tls.key', replaced: false });
  assert.ok(admin.funkos.secrets.known.get('hello/tls.key')?.equals(value));
  admin.funkos.secrets.wanted = ['API_KEY'];
  const list = await admin.ask('GET', '/admin/funkos/hello/secrets');
  assert.deepEqual(JSON.parse(list.body), { funko: 'hello', secrets: ['tls.key'], missing: ['API_KEY'] });
  assert.deepEqual(await funkos.secrets.remove({ name: 'hello', key: 'tls.key' }), {
    funko: 'hello',
    key: 'tls.key',
  });
  await assert.rejects(funkos.secrets.remove({ name: 'hello', key: 'tls.key' }), { code: 'not_found' });
});

test('a value that is too large or of another type is refused, and set as nothing', async () => {
  admin.funkos.secrets.known.clear();
  assert.equal((await put('KEY', Buffer.alloc(512 * 1024 + 1))).status, 413);
  assert.equal((await put('KEY', Buffer.from('{}'), { 'content-type': 'application/json' })).status, 415);
  assert.equal((await put('KEY', Buffer.from('x'), { ...BYTES, 'content-encoding': 'gzip' })).status, 415);
  assert.equal((await admin.ask('POST', '/admin/funkos/hello/secrets/KEY')).headers.allow, 'PUT, DELETE');
  assert.equal((await admin.ask('GET', '/admin/funkos/hello/secrets/')).status, 404);
  assert.equal(admin.funkos.secrets.known.size, 0);
});

test('a value whose client goes away in the middle is not set', async () => {
  admin.funkos.secrets.known.clear();
  const logged = Promise.withResolvers<undefined>();
  admin.onLog = () => logged.resolve(undefined);
  const path = '/admin/funkos/hello/secrets/KEY';
  const headers = { ...BYTES, authorization: `Bearer ${TOKEN}`, 'content-length': '10' };
  const cut = request({ socketPath: admin.socketPath, method: 'PUT', path, headers });
  cut.on('error', () => undefined);
  const arrived = once(admin.server, 'request');
  cut.write('hello');
  await arrived;
  cut.destroy();
  await logged.promise;
  assert.equal(admin.funkos.secrets.known.size, 0);
});

test('neither a value nor a part of it is logged', async () => {
  const value = 'c0ffee-secret-value';
  admin.logLines.length = 0;
  await put('KEY', Buffer.from(value));
  await put('KEY', Buffer.from(value), { 'content-type': 'text/plain' });
  assert.equal(admin.logLines.length, 2);
  assert.ok(!admin.logLines.join('').includes('c0ffee'));
});
