/**
 * Lines on their way to a file descriptor: copied into one buffer, which is written when it is full or a moment later, by one of
 * Node's threads. A reader that takes nothing can hold up neither the requests nor fill the memory: beyond a bound, lines are lost,
 * and counted.
 */
import { write, writeSync } from 'node:fs';
import { systemCodeOf } from '../../errors.ts';
import type { LineSink } from '../forward/access-log.ts';

const BUFFER_BYTES = 32 * 1024;
const WRITE_AFTER_MS = 100;
/** So many full buffers may wait. */
const MOST_WAITING = 64;
/** How long a descriptor that can't take bytes now is left alone. */
const TRY_AGAIN_AFTER_MS = 20;

export class LineWriter implements LineSink {
  readonly #fd: number;
  readonly #onLost: (lines: number) => void;
  #filling = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #end = 0;
  /** What is to be written, in order; the first one is being written if `#writing`. */
  readonly #waiting: Buffer[] = [];
  #writing = false;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #emptied: (() => void)[] = [];

  /** @param onLost told how many lines were lost, once lines can be written again */
  constructor(fd: number, onLost: (lines: number) => void) {
    this.#fd = fd;
    this.#onLost = onLost;
  }

  add(line: string): void {
    // No character takes more than three bytes in UTF-8 for each of its units.
    if (line.length * 3 > this.#filling.length - this.#end) this.#makeRoom(line.length * 3);
    if (this.#waiting.length >= MOST_WAITING) {
      this.#lost += 1;
      return;
    }
    this.#end += this.#filling.write(line, this.#end, 'utf8');
    this.#timer ??= setTimeout(this.#onTime, WRITE_AFTER_MS).unref();
  }

  /** Resolves when all lines are written, or could not be. */
  async flush(): Promise<void> {
    this.#write();
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#emptied.push(resolve));
  }

  /** Writes what is left, at once, as a process does that ends; what a thread writes just now is that one's. */
  flushNow(): void {
    this.#queue();
    try {
      for (const bytes of this.#waiting.splice(0).slice(this.#writing ? 1 : 0)) writeSync(this.#fd, bytes);
    } catch {
      // Nobody takes it, and there is no time to wait.
    }
  }

  #makeRoom(bytes: number): void {
    this.#write();
    if (this.#filling.length < bytes) this.#filling = Buffer.allocUnsafeSlow(bytes);
  }

  /** While something is being written, more can gather. */
  readonly #onTime = (): void => {
    if (!this.#writing) this.#write();
  };

  #write(): void {
    this.#queue();
    this.#next();
  }

  #queue(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#end === 0) return;
    this.#waiting.push(this.#filling.subarray(0, this.#end));
    this.#filling = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    this.#end = 0;
  }

  #next(): void {
    const [bytes] = this.#waiting;
    if (this.#writing || !bytes) return;
    this.#writing = true;
    write(this.#fd, bytes, (error, written) => {
      this.#writing = false;
      this.#written(bytes, error, written);
    });
  }

  #written(bytes: Buffer, error: Error | null, written: number): void {
    if (error && systemCodeOf(error) === 'EAGAIN') {
      setTimeout(() => {
        this.#next();
      }, TRY_AGAIN_AFTER_MS);
      return;
    }
    this.#waiting.shift();
    if (!error && written < bytes.length) this.#waiting.unshift(bytes.subarray(written));
    this.#tellLost();
    if (this.#waiting.length === 0) this.#write();
    if (this.#waiting.length > 0) this.#next();
    else for (const resolve of this.#emptied.splice(0)) resolve();
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    this.#onLost(this.#lost);
    this.#lost = 0;
  }
}
