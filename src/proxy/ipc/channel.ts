/**
 * The wire between the parent and a worker: JSON, one message a line, over a socket pair. Not Node's own IPC: that one
 * decodes a peer's bytes before anybody can look at them, and a worker that was broken into could bring the parent down
 * with eight of them.
 */
import type { Duplex } from 'node:stream';
import { LineSplitter } from '../../util/lines.ts';

export interface ChannelEvents {
  /** A line that is JSON. */
  readonly onMessage: (message: unknown) => void;
  /** The other side wrote what is no message, or reads nothing any more; it is not to be believed. */
  readonly onNonsense: () => void;
  /** The other side is gone. */
  readonly onClose: () => void;
}

/** What the other side may cost this one. */
export interface ChannelLimits {
  /** In characters; a longer line counts as nonsense. */
  readonly longestLine: number;
  /** Messages that it may leave unread. */
  readonly mostUnread: number;
}

export class Channel {
  readonly #stream: Duplex;
  readonly #events: ChannelEvents;
  readonly #limits: ChannelLimits;
  readonly #splitter = new LineSplitter();
  #unread = 0;

  constructor(stream: Duplex, limits: ChannelLimits, events: ChannelEvents) {
    this.#stream = stream;
    this.#events = events;
    this.#limits = limits;
    stream.on('data', (chunk: Buffer) => {
      this.#take(chunk);
    });
    // What broke it shows in the close that follows.
    stream.on('error', () => undefined);
    stream.once('close', events.onClose);
  }

  /** Sends in order; to one that is gone, nothing. */
  send(message: object): void {
    if (!this.#stream.writable) return;
    this.#stream.write(`${JSON.stringify(message)}\n`, this.#written);
    if ((this.#unread += 1) > this.#limits.mostUnread) this.#nonsense();
  }

  /** Nothing that arrives later is read. */
  stopReading(): void {
    this.#stream.destroy();
  }

  readonly #written = (): void => {
    this.#unread -= 1;
  };

  #take(chunk: Buffer): void {
    for (const line of this.#splitter.push(chunk)) if (!this.#tell(line)) return;
    if (this.#splitter.pending > this.#limits.longestLine) this.#nonsense();
  }

  #tell(line: string): boolean {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      this.#nonsense();
      return false;
    }
    this.#events.onMessage(message);
    return !this.#stream.destroyed;
  }

  #nonsense(): void {
    this.#stream.destroy();
    this.#events.onNonsense();
  }
}
