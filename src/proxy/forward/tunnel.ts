/**
 * An upgraded connection: bytes pass both ways with backpressure, an end on one side is passed on as an end
 * (half-close), a failure on one side ends the other. When FaaSO ends it, both sides are told so by a Close frame.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { bodyPassed } from '../body-garbage.ts';
import { Frames } from './frames.ts';
import { readResponseHead } from './response-head.ts';

/** How long one direction may go on, in ms, without a byte, when the other has ended. */
const HALF_CLOSED_MS = 30_000;
/** How long an ordered end may take. */
const END_WITHIN_MS = 250;
/** Close frames that say 1001, "going away" (RFC 6455, 7.4.1); what goes to a server is masked, by zeros. */
const CLOSE_TO_CLIENT = Buffer.from([0x88, 0x02, 0x03, 0xe9]);
const CLOSE_TO_SERVER = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);

/**
 * Answers the client with the upstream's 101 and joins the two connections.
 * @param onClose called once, when both are closed
 */
export function startTunnel(
  client: Socket,
  upstream: Socket,
  headers: IncomingHttpHeaders,
  onClose: () => void,
): Tunnel {
  let head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  const fields = readResponseHead(headers).headers;
  for (let at = 0; at < fields.length; at += 2) head += `${fields[at]}: ${fields[at + 1]}\r\n`;
  client.write(`${head}\r\n`, 'latin1');
  return new Tunnel(client, upstream, onClose);
}

export class Tunnel {
  bytesToClient = 0;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #onClose: () => void;
  readonly #toClient = new Frames();
  readonly #toUpstream = new Frames();
  #open = 2;

  /**
   * Joins the two; what `client` holds unread is passed on as well.
   * @param onClose called once, when both sides are closed
   */
  constructor(client: Socket, upstream: Socket, onClose: () => void) {
    this.#client = client;
    this.#upstream = upstream;
    this.#onClose = onClose;
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.setTimeout(0).setNoDelay(true).setKeepAlive(true, 60_000);
      from.on('error', ignore).once('end', this.#halfClosed).once('timeout', this.#cut);
      from.once('close', () => {
        this.#closed(to);
      });
      from.on('data', this.#count).pipe(to);
    }
    client.on('data', (chunk: Buffer) => {
      this.#toUpstream.pass(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      this.bytesToClient += chunk.length;
      this.#toClient.pass(chunk);
    });
  }

  /** Closes both sides, with a Close frame where no other frame is under way; what is on its way may get through. */
  end(): void {
    this.#client.unpipe(this.#upstream);
    this.#upstream.unpipe(this.#client);
    endWith(this.#client, CLOSE_TO_CLIENT, this.#toClient.whole);
    endWith(this.#upstream, CLOSE_TO_SERVER, this.#toUpstream.whole);
    setTimeout(this.#cut, END_WITHIN_MS).unref();
  }

  readonly #count = (chunk: Buffer): void => {
    bodyPassed(chunk.length);
  };

  readonly #halfClosed = (): void => {
    this.#client.setTimeout(HALF_CLOSED_MS);
    this.#upstream.setTimeout(HALF_CLOSED_MS);
  };

  readonly #cut = (): void => {
    this.#client.destroy();
    this.#upstream.destroy();
  };

  #closed(other: Socket): void {
    this.#open -= 1;
    if (this.#open === 0) this.#onClose();
    // If this side ended well, the pipe has ended the other one, which goes on until its data is out.
    else if (!other.writableEnded) other.destroy();
    else if (!other.readableEnded) other.destroySoon();
  }
}

function endWith(socket: Socket, frame: Buffer, fits: boolean): void {
  if (fits && socket.writable) socket.write(frame);
  socket.end();
  // Its answer to that is nobody's any more; its end is wanted.
  socket.resume();
}

function ignore(): void {
  // The close that follows says all.
}
