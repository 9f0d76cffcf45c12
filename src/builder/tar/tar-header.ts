/** The headers of a tar's entries: ustar (POSIX.1-2017, pax), with a PAX header for names that ustar can't hold. Pure. */

export interface TarHeader {
  readonly type: 'file' | 'directory' | 'symlink' | 'link';
  readonly name: string;
  /** Permissions, set-user-ID, set-group-ID and sticky bit. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes that follow. */
  readonly size: number;
  /** Of a link. */
  readonly target?: string;
}

export const BLOCK_BYTES = 512;

const TYPE_FLAGS = { file: '0', link: '1', symlink: '2', directory: '5' };
const PAX_FLAG = 'x';
const MAX_NAME = 100;
const MAX_PREFIX = 155;
/** The largest number that eleven octal digits hold. */
const MAX_OCTAL = 0o77777777777;

/** The blocks of an entry's header. Owner and group are root. */
export function headerBlocks(header: TarHeader): Buffer {
  const name = nameIn(header);
  const { target = '' } = header;
  const split = splitName(name);
  const records = recordsOf(name, split, target);
  const [short, prefix] = split ?? [cut(name), ''];
  const flag = TYPE_FLAGS[header.type];
  const own = block({ ...header, name: short, prefix, flag, target: cut(target) });
  return records === '' ? own : Buffer.concat([paxBlocks(records), own]);
}

/** How many bytes `headerBlocks` gives for this entry. */
export function headerBytes(header: Pick<TarHeader, 'type' | 'name' | 'target'>): number {
  const name = nameIn(header);
  const records = Buffer.byteLength(recordsOf(name, splitName(name), header.target ?? ''));
  return records === 0 ? BLOCK_BYTES : 2 * BLOCK_BYTES + records + paddingBytes(records);
}

/** The zeros that fill up the last block of `size` bytes. */
export function padding(size: number): Buffer {
  return Buffer.alloc(paddingBytes(size));
}

export function paddingBytes(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

function nameIn({ type, name }: Pick<TarHeader, 'type' | 'name'>): string {
  return type === 'directory' ? `${name}/` : name;
}

function recordsOf(name: string, split: readonly string[] | undefined, target: string): string {
  return `${split ? '' : record('path', name)}${fits(target) ? '' : record('linkpath', target)}`;
}

function paxBlocks(records: string): Buffer {
  const bytes = Buffer.from(records);
  const fields = { name: 'PaxHeader', prefix: '', flag: PAX_FLAG, target: '', mode: 0o644, mtime: 0 };
  return Buffer.concat([block({ ...fields, size: bytes.length }), bytes, padding(bytes.length)]);
}

/** `LENGTH KEY=VALUE` and a line end; the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  const length = rest + String(rest + String(rest).length).length;
  return `${length} ${key}=${value}\n`;
}

const ASCII = /^[\x01-\x7f]*$/;

function fits(text: string): boolean {
  return text.length <= MAX_NAME && ASCII.test(text);
}

/** A name in one field or, divided at a slash, in two; undefined if neither holds it. */
function splitName(name: string): [name: string, prefix: string] | undefined {
  if (fits(name)) return [name, ''];
  const slash = name.indexOf('/', name.length - MAX_NAME - 1);
  if (slash <= 0 || slash > MAX_PREFIX || slash === name.length - 1 || !ASCII.test(name)) return undefined;
  return [name.slice(slash + 1), name.slice(0, slash)];
}

/** What stands in a field whose true value is in the PAX header. */
function cut(text: string): string {
  return fits(text) ? text : text.replace(/[^\x20-\x7e]/g, '_').slice(0, MAX_NAME);
}

interface Fields extends Omit<TarHeader, 'type' | 'target'> {
  readonly prefix: string;
  readonly flag: string;
  readonly target: string;
}

function block(fields: Fields): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  bytes.write(fields.name, 0, 'latin1');
  bytes.write(`${octal(fields.mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100, 'latin1');
  writeSize(bytes, fields.size);
  bytes.write(`${octal(fields.mtime, 11)}\0        ${fields.flag}${fields.target}`, 136, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  bytes.write(`${octal(0, 7)}\0${octal(0, 7)}\0${fields.prefix}`, 329, 'latin1');
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return bytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** Octal, or as GNU tar does what octal can't hold: binary, with the highest bit set. */
function writeSize(bytes: Buffer, size: number): void {
  if (size <= MAX_OCTAL) {
    bytes.write(octal(size, 11), 124, 'latin1');
    return;
  }
  bytes[124] = 0x80;
  bytes.writeBigUInt64BE(BigInt(size), 128);
}
