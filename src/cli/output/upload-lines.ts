/** How the sending of a build context goes: bytes on a terminal, and lines if it takes a while. */
import type { Readable } from 'node:stream';
import { bytesText } from './bytes.ts';
import { duration } from './durations.ts';
import type { LiveLine } from './live-lines.ts';
import type { Output } from './output.ts';

export interface UploadProgress {
  readonly tar: Readable;
  /** How large the tar is. */
  readonly bytes: number;
  /** How much of it was read. */
  readonly sentBytes: () => number;
}

/** What takes no longer is not worth a line, in ms. */
const TELL_AFTER_MS = 1000;

export class UploadLines {
  readonly #output: Output;
  readonly #upload: UploadProgress;
  readonly #startedAt = performance.now();
  readonly #late: NodeJS.Timeout;
  #isUnderWay = true;
  /** Whether others went before: then the time says nothing of the sending. */
  #hasWaited = false;

  constructor(output: Output, upload: UploadProgress) {
    this.#output = output;
    this.#upload = upload;
    this.#late = setTimeout(() => this.#tellLate(), TELL_AFTER_MS).unref();
    upload.tar.once('end', () => this.#sent());
  }

  /** What a terminal shows: nothing once all was sent. */
  now(): LiveLine[] {
    if (!this.#isUnderWay) return [];
    const { bytes, sentBytes } = this.#upload;
    const sent = bytesText(Math.min(sentBytes(), bytes));
    return [{ text: `sending the build context: ${sent} of ${bytesText(bytes)}` }];
  }

  /** The build waits for others, and its context with it. */
  wait(): void {
    this.#hasWaited = true;
    clearTimeout(this.#late);
  }

  /** The build has ended, whether or not the context was sent. */
  end(): void {
    this.#isUnderWay = false;
    clearTimeout(this.#late);
  }

  #tellLate(): void {
    if (!this.#output.isLive) this.#output.note(`  sending     ${this.#what()}`);
  }

  #sent(): void {
    if (!this.#isUnderWay) return;
    this.end();
    const ms = performance.now() - this.#startedAt;
    if (ms <= TELL_AFTER_MS) return;
    const time = this.#hasWaited ? '' : duration(ms / 1000);
    this.#output.note(`  sent    ${time.padStart(9)}  ${this.#what()}`);
  }

  #what(): string {
    return `the build context, ${bytesText(this.#upload.bytes)}`;
  }
}
