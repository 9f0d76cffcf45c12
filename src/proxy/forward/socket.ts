/** node:http and undici hand over sockets typed as any stream; here they are always TCP or Unix sockets. */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The stream as the socket it is. */
export function asSocket(stream: Duplex): Socket {
  if (stream instanceof Socket) return stream;
  throw new TypeError('this connection is not a socket');
}
