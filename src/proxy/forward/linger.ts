/**
 * Closing a connection whose client is still sending. Closing it outright would reset it, and the reset can overtake
 * the answer (RFC 9112, 9.6). So the answer is sent, our side is closed, and what comes is thrown away for a while.
 */
import type { Socket } from 'node:net';

/** How long a client that still sends may pause … */
const PAUSE_MS = 5_000;
/** … and how long it may take in all. */
const LINGER_MS = 30_000;

/** Ends our side after what was written, and the whole connection when the client has ended its side, or soon. */
export function lingeringEnd(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  const cut = (): void => {
    socket.destroy();
  };
  const pause = setTimeout(cut, PAUSE_MS).unref();
  const timer = setTimeout(cut, LINGER_MS).unref();
  const close = (): void => {
    clearTimeout(pause);
    clearTimeout(timer);
    socket.destroy();
  };
  socket.on('data', () => pause.refresh()).resume();
  socket.once('end', close).once('close', close);
}

/** Lets node:http, which calls this when an answer with `Connection: close` is out, close the connection this way. */
export function lingerOnClose(socket: Socket): void {
  socket.destroySoon = () => {
    lingeringEnd(socket);
  };
}
