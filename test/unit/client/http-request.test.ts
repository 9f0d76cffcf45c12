import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { httpRequest } from '../../../src/client/http-request.ts';

/** Answers at once, and closes the connection, whatever is still being sent. */
const server = createServer((socket: Socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () =>
    socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello'),
  );
});
let url = '';
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
after(() => server.close());

test('an answer is whole, though its connection is closed while the request is still being sent, and before it is read', async () => {
  const body = new PassThrough();
  body.write('the first of much');
  const closed = new Promise((resolve) => body.once('close', resolve));
  const answer = await httpRequest(url, { method: 'POST', body });
  await closed;
  assert.equal(await text(answer), 'hello');
});

test("a body's own failure is that of the request", async () => {
  const body = new PassThrough();
  const failure = new Error('the file is gone');
  body.destroy(failure);
  await assert.rejects(httpRequest(url, { method: 'POST', body }), failure);
});
