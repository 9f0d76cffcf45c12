/** Tars byte by byte, for headers that no library writes. */

export interface RawHeader {
  readonly name: string | Buffer;
  /** The type flag; `0`, a file, if absent. */
  readonly type?: string;
  readonly target?: string | Buffer;
  /** The twelve bytes of the size; what the entry has if absent. */
  readonly size?: Buffer;
  readonly magic?: string;
  /** Instead of the right one. */
  readonly checksum?: number;
}

/** The end of an archive. */
export const ZEROS = Buffer.alloc(1024);

/** One header block. */
export function rawHeader(header: RawHeader, bytes = 0): Buffer {
  const block = Buffer.alloc(512);
  const put = (value: string | Buffer, at: number): void => void Buffer.from(value as string).copy(block, at);
  put(header.name, 0);
  put('0000644\0' + '0000000\0' + '0000000\0', 100);
  put(header.size ?? `${bytes.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put(header.type ?? '0', 156);
  put(header.target ?? '', 157);
  put(header.magic ?? 'ustar\x0000', 257);
  put('        ', 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${(header.checksum ?? sum).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A header and its text, filled up to whole blocks. */
export function rawEntry(header: RawHeader, text = ''): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([
    rawHeader(header, body.length),
    body,
    Buffer.alloc((512 - (body.length % 512)) % 512),
  ]);
}
