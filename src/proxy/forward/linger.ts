/**
 * Closing a connection whose client is still sending. Closing it outright would reset it, and the reset can overtake
 * the answer (RFC 9112, 9.6). So the answer is sent, our side is closed, and what comes is thrown away for a while.
 */
import type { Socket } from 'node:net';

/** How long a client may go on sending. */
const LINGER_MS = 5_000;

/** Ends our side after what was written, and the whole connection when the client has ended its side, or soon. */
export function lingeringEnd(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  socket.resume();
  const timer = setTimeout(() => {
    socket.destroy();
  }, LINGER_MS).unref();
  const close = (): void => {
    clearTimeout(timer);
    socket.destroy();
  };
  socket.once('end', close).once('close', close);
}

/** Lets node:http, which calls this when an answer with `Connection: close` is out, close the connection this way. */
export function lingerOnClose(socket: Socket): void {
  socket.destroySoon = () => {
    lingeringEnd(socket);
  };
}
