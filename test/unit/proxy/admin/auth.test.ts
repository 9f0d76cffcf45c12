import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, beforeEach, describe, test } from 'node:test';
import { AdminHarness, TOKEN } from '../../../support/admin/admin-harness.ts';

let admin: AdminHarness;
before(async () => {
  admin = await AdminHarness.start();
});
after(async () => admin[Symbol.asyncDispose]());
beforeEach(() => {
  admin.funkos.calls.length = 0;
});

describe('without the right token', () => {
  const wrong: Record<string, string | undefined> = {
    'no header': undefined,
    'another token': 'Bearer wrong',
    'the token with more behind it': `Bearer ${TOKEN}x`,
    'a part of the token': `Bearer ${TOKEN.slice(0, -1)}`,
    'another scheme': `Basic ${TOKEN}`,
    'the bare token': TOKEN,
    'an empty token': 'Bearer ',
    'two tokens': `Bearer wrong, Bearer ${TOKEN}`,
  };
  for (const [what, authorization] of Object.entries(wrong)) {
    test(`${what} is answered with 401 and nothing is done`, async () => {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await admin.ask('DELETE', '/admin/funkos/hello', { token: null, headers });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['www-authenticate'], 'Bearer realm="faaso"');
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.equal((JSON.parse(answer.body) as { code: string }).code, 'unauthorized');
      assert.deepEqual(admin.funkos.calls, []);
    });
  }

  test('a path that does not exist is 401 too, and a method', async () => {
    assert.equal((await admin.ask('GET', '/admin/nothing', { token: null })).status, 401);
    assert.equal((await admin.ask('PATCH', '/admin/funkos', { token: null })).status, 401);
  });

  test('the 401 comes before a byte of the body is sent', async () => {
    const socket = await admin.connect();
    socket.write('POST /admin/funkos/hello/versions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    const [head] = (await once(socket, 'data')) as [Buffer];
    assert.match(head.toString(), /^HTTP\/1\.1 401 [^]*\r\nConnection: close\r\n/i);
    socket.destroy();
  });

  test('the 401 arrives although the client is still sending, and the connection ends cleanly', async () => {
    const socket = await admin.connect();
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    const size = 8 * 1024 * 1024;
    socket.write(`POST /admin/funkos/hello/versions HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
    socket.end(Buffer.alloc(size));
    const [failed] = (await once(socket, 'close')) as [boolean];
    assert.equal(failed, false);
    assert.match(received, /^HTTP\/1\.1 401 /);
  });

  test('a client that waits for 100 Continue is answered with 401 at once', async () => {
    const socket = await admin.connect();
    socket.write(
      'POST /admin/funkos/hello/up HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n',
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    assert.match(head.toString(), /^HTTP\/1\.1 401 /);
    socket.destroy();
  });
});

test('the scheme of the token may be written in any case', async () => {
  const headers = { authorization: `bEARER ${TOKEN}` };
  assert.equal((await admin.ask('GET', '/admin/version', { token: null, headers })).status, 200);
});
