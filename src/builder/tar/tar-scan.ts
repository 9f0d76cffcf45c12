/** A tar's bytes, told apart as they pass: the header blocks, and all else. It need not know what the entries are. */
import { BLOCK_BYTES } from './tar-header.ts';

export interface ScanListener {
  /** A header block; the bytes are the listener's own. The zeros at the end of a tar are such blocks too. */
  header(block: Buffer): void;
  /** Bytes of an entry, and what fills up its last block. */
  data(bytes: Buffer): void;
}

export class TarScan {
  readonly #listener: ScanListener;
  #header: Buffer = Buffer.alloc(BLOCK_BYTES);
  #filled = 0;
  #dataLeft = 0;

  constructor(listener: ScanListener) {
    this.#listener = listener;
  }

  /** Takes the next bytes, however many they are. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + (this.#dataLeft || BLOCK_BYTES - this.#filled));
      at += taken.length;
      if (this.#dataLeft > 0) this.#take(taken);
      else this.#fill(taken);
    }
  }

  /** The bytes of a header block that is not complete yet. */
  get rest(): Buffer {
    return this.#header.subarray(0, this.#filled);
  }

  #take(data: Buffer): void {
    this.#dataLeft -= data.length;
    this.#listener.data(data);
  }

  #fill(bytes: Buffer): void {
    this.#header.set(bytes, this.#filled);
    this.#filled += bytes.length;
    if (this.#filled < BLOCK_BYTES) return;
    this.#dataLeft = Math.ceil(sizeOf(this.#header) / BLOCK_BYTES) * BLOCK_BYTES;
    this.#filled = 0;
    const block = this.#header;
    this.#header = Buffer.alloc(BLOCK_BYTES);
    this.#listener.header(block);
  }
}

/** The size that a header says: octal, or binary if the highest bit is set. */
export function sizeOf(header: Buffer): number {
  if (header[124] === 0x80) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(header.toString('latin1', 124, 136), 8) || 0;
}

/** The name in a header block, as far as the field `name` holds it. */
export function nameOf(header: Buffer): string {
  return header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
}
