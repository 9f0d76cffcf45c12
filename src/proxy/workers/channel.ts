/**
 * The wire between the parent and a worker: JSON, one message a line, over a socket pair. Not Node's own IPC: that one
 * decodes a peer's bytes before anybody can look at them, and a worker that was broken into could bring the parent down
 * with eight of them.
 */
import { StringDecoder } from 'node:string_decoder';
import type { Duplex } from 'node:stream';

export interface ChannelEvents {
  /** A line that is JSON. */
  readonly onMessage: (message: unknown) => void;
  /** The other side wrote what is no message; it is not to be believed any more. */
  readonly onNonsense: () => void;
  /** The other side is gone. */
  readonly onClose: () => void;
}

export class Channel {
  readonly #stream: Duplex;
  readonly #events: ChannelEvents;
  readonly #longestLine: number;
  readonly #decoder = new StringDecoder();
  #pieces: string[] = [];
  #length = 0;

  /** @param longestLine in characters; a longer one counts as nonsense */
  constructor(stream: Duplex, longestLine: number, events: ChannelEvents) {
    this.#stream = stream;
    this.#events = events;
    this.#longestLine = longestLine;
    stream.on('data', (chunk: Buffer) => {
      this.#take(this.#decoder.write(chunk));
    });
    // What broke it shows in the close that follows.
    stream.on('error', () => undefined);
    stream.once('close', events.onClose);
  }

  /** Sends in order; to one that is gone, nothing. */
  send(message: object): void {
    if (this.#stream.writable) this.#stream.write(`${JSON.stringify(message)}\n`);
  }

  /** Nothing that comes from now on is read. */
  stopReading(): void {
    this.#stream.destroy();
  }

  #take(text: string): void {
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const whole = this.#pieces.join('') + line;
      this.#pieces = [];
      this.#length = 0;
      if (!this.#tell(whole)) return;
    }
    this.#pieces.push(rest);
    this.#length += rest.length;
    if (this.#length > this.#longestLine) this.#nonsense();
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
