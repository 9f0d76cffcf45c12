/**
 * Follows one direction of a WebSocket by its frames' heads alone (RFC 6455, 5.2), to know when the next byte begins a
 * frame: only there may the proxy insert its own Close frame.
 */

/** The bytes of a head that are needed to know how long its frame is. */
const LONGEST_HEAD = 14;

export class Frames {
  /** Bytes of the frame that are still to come, once its head is known. */
  #left = 0;
  readonly #head = Buffer.alloc(LONGEST_HEAD);
  #has = 0;

  /** Whether what came so far is a number of whole frames. */
  get whole(): boolean {
    return this.#left === 0 && this.#has === 0;
  }

  /** Takes what passes. */
  pass(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
      } else {
        this.#head[this.#has] = chunk[at] ?? 0;
        this.#has += 1;
        at += 1;
        this.#readHead();
      }
    }
  }

  #readHead(): void {
    if (this.#has < 2) return;
    const second = this.#head[1] ?? 0;
    const short = second & 0x7f;
    const size = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
    if (this.#has < size) return;
    this.#has = 0;
    if (short === 126) this.#left = this.#head.readUInt16BE(2);
    else if (short === 127) this.#left = Number(this.#head.readBigUInt64BE(2));
    else this.#left = short;
  }
}
