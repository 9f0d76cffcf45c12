/**
 * Sends messages to an echo and awaits each before the next: `node websocket.ts URL CONNECTIONS SECONDS`.
 * Prints a line of JSON: messages, seconds, failed, and p50, p99 in ms.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { clock } from './clock.ts';
import { percentiles } from './percentiles.ts';

const MESSAGE_BYTES = 100;

const [url = '', connections, seconds] = process.argv.slice(2);
const latencies: number[] = [];
let failed = 0;
const sockets = Array.from(
  { length: Number(connections) },
  () => new WebSocket(url, { perMessageDeflate: false }),
);
await Promise.all(sockets.map((socket) => once(socket, 'open')));

const start = clock();
const end = start + Number(seconds) * 1000;
await Promise.all(sockets.map((socket) => talk(socket)));
const took = (clock() - start) / 1000;
const report = { messages: latencies.length, seconds: took, failed };
console.log(JSON.stringify({ ...report, ...percentiles(Float64Array.from(latencies)) }));
process.exit();

/** Until the end, or until the socket closes too early. */
function talk(socket: WebSocket): Promise<void> {
  const message = Buffer.alloc(MESSAGE_BYTES);
  let sentAt = 0;
  const send = (): void => {
    sentAt = clock();
    message.writeUInt32LE(latencies.length);
    socket.send(message);
  };
  return new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      if (data.equals(message)) latencies.push(clock() - sentAt);
      else failed += 1;
      if (clock() < end) send();
      else resolve();
    });
    socket.on('close', () => {
      failed += 1;
      resolve();
    });
    send();
  });
}
