// What the soak asks: small answers, lengths of bodies, downloads, event streams, and an echo over WebSockets.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const DOWNLOAD = Buffer.alloc(2 ** 20, 'faaso');
/** RFC 6455 §1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const answers = {
  '/ping': (_request, response) => response.end('pong'),
  '/small': (_request, response) => response.end('small'),
  '/download': (_request, response) => response.end(DOWNLOAD),
  '/length': async (request, response) => {
    let bytes = 0;
    for await (const chunk of request) bytes += chunk.length;
    response.end(String(bytes));
  },
  '/events': async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let id = 1; id <= 5; id += 1) {
      response.write(`data: ${id}\n\n`);
      await sleep(200);
    }
    response.end();
  },
};

const server = createServer((request, response) => {
  // A client that goes away in the middle of its upload is none of the funko's business.
  void Promise.resolve((answers[request.url] ?? answers['/small'])(request, response)).catch(() => {});
});

server.on('upgrade', (request, socket) => {
  const key = createHash('sha1').update(request.headers['sec-websocket-key'] + WEBSOCKET_GUID);
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      `Sec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`,
  );
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => (received = echoed(socket, Buffer.concat([received, chunk]))));
  socket.on('error', () => {});
});

/** Sends back the frames of less than 126 bytes that are whole, a close too; gives the rest. */
function echoed(socket, received) {
  let rest = received;
  for (;;) {
    const length = rest.length < 2 ? Infinity : 6 + (rest[1] & 127);
    if (rest.length < length) return rest;
    const frame = rest.subarray(0, length);
    const payload = frame.subarray(6).map((byte, at) => byte ^ frame[2 + (at % 4)]);
    socket.write(Buffer.concat([Buffer.from([frame[0], payload.length]), payload]));
    if ((frame[0] & 15) === 8) socket.end();
    rest = rest.subarray(length);
  }
}

/** As a good program does: those who have not heard of it yet are still answered, then what runs is finished. */
process.on('SIGTERM', async () => {
  await sleep(500);
  server.close();
  const connections = promisify(server.getConnections.bind(server));
  while ((await connections()) > 0) {
    server.closeIdleConnections();
    await sleep(50);
  }
  process.exit();
});

server.listen(3000);
