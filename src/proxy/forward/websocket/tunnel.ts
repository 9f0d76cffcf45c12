/**
 * An upgraded connection: bytes pass both ways with backpressure. It is over as soon as one side has ended or failed: then it
 * counts no more. An end is passed on as an end behind what was on its way; the other side gets a moment for its last words,
 * such as the answer to a Close frame. When FaaSO ends it, both sides are told so by a Close frame.
 */
import type { Socket } from 'node:net';
import { bodyPassed } from '../body-garbage.ts';
import { Frames } from './frames.ts';
import { lingeringEnd } from '../linger.ts';
import type { ResponseHead } from '../upstream/response-head.ts';

/** When one side has ended, the other may stay open for this long, in ms, once it has taken all data … */
const LAST_WORDS_MS = 250;
/** … which may take this long, in ms. */
const FLUSH_WITHIN_MS = 30_000;
/** How long an ordered end may take. */
const END_WITHIN_MS = 250;
/** Close frames that say 1001, "going away" (RFC 6455, 7.4.1); what goes to a server is masked, by zeros. */
const CLOSE_TO_CLIENT = Buffer.from([0x88, 0x02, 0x03, 0xe9]);
const CLOSE_TO_SERVER = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);

/**
 * Answers the client with the upstream's 101 and joins the two connections.
 * @param agreed the head of that 101, and the request's id, if it has none
 * @param onOver called once, when one side has ended or failed
 */
export function startTunnel(
  client: Socket,
  upstream: Socket,
  agreed: { readonly head: ResponseHead; readonly requestId: string },
  onOver: () => void,
): Tunnel {
  let head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  const { headers: fields, hasRequestId } = agreed.head;
  if (!hasRequestId) fields.push('X-Request-Id', agreed.requestId);
  for (let at = 0; at < fields.length; at += 2) head += `${fields[at]}: ${fields[at + 1]}\r\n`;
  client.write(`${head}\r\n`, 'latin1');
  return new Tunnel(client, upstream, onOver);
}

export class Tunnel {
  bytesToClient = 0;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #onOver: () => void;
  readonly #closings = Promise.withResolvers<undefined>();
  readonly #toClient = new Frames();
  readonly #toUpstream = new Frames();
  #open = 2;
  #over = false;

  /**
   * Joins the two; what `client` holds unread is passed on as well.
   * @param onOver called once, when one side has ended or failed: nobody uses it any more
   */
  constructor(client: Socket, upstream: Socket, onOver: () => void) {
    this.#client = client;
    this.#upstream = upstream;
    this.#onOver = onOver;
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.setTimeout(0).setNoDelay(true).setKeepAlive(true, 60_000);
      from.on('error', ignore);
      // Before the pipe hears of it, which then ends the other side.
      from.once('end', () => {
        this.#ended(to);
      });
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

  /** Resolves when both connections are closed. */
  get closed(): Promise<unknown> {
    return this.#closings.promise;
  }

  /** Closes both sides, with a Close frame where no other frame is under way; what is on its way may get through. */
  end(): void {
    this.#client.unpipe(this.#upstream);
    this.#upstream.unpipe(this.#client);
    endWith(this.#client, CLOSE_TO_CLIENT, this.#toClient.whole);
    endWith(this.#upstream, CLOSE_TO_SERVER, this.#toUpstream.whole);
    setTimeout(this.#cut, END_WITHIN_MS).unref();
  }

  /** The upstream can't be reached any more: resets the client's connection. */
  reset(): void {
    this.#client.resetAndDestroy();
    this.#upstream.destroy();
  }

  readonly #count = (chunk: Buffer): void => {
    bodyPassed(chunk.length);
  };

  /** What was on its way to the other side is still written, then its last words are waited for. */
  #ended(other: Socket): void {
    if (this.#over) return;
    this.#setOver();
    const stalled = setTimeout(this.#cut, FLUSH_WITHIN_MS).unref();
    other.once('finish', () => {
      clearTimeout(stalled);
      setTimeout(this.#part, LAST_WORDS_MS).unref();
    });
  }

  /** Lets go of both. A client that is still sending must not lose the end of its answer: see linger.ts. */
  readonly #part = (): void => {
    this.#client.unpipe(this.#upstream);
    this.#upstream.unpipe(this.#client);
    if (this.#client.readableEnded) this.#client.destroySoon();
    else lingeringEnd(this.#client);
    this.#upstream.destroySoon();
  };

  #setOver(): void {
    if (this.#over) return;
    this.#over = true;
    this.#onOver();
  }

  readonly #cut = (): void => {
    this.#client.destroy();
    this.#upstream.destroy();
  };

  #closed(other: Socket): void {
    this.#setOver();
    this.#open -= 1;
    if (this.#open === 0) this.#closings.resolve(undefined);
    // If this side ended well, the pipe has ended the other one, which stays open until its data is out.
    else if (!other.writableEnded) other.destroy();
    else if (other === this.#client && !other.readableEnded) lingeringEnd(other);
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
