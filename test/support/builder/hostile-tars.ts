/** Build contexts that nobody may get built, as the bytes that are sent; every one but the first entry's own begins well. */
import { gzipSync } from 'node:zlib';
import { tarWith } from './folders.ts';
import { rawEntry, rawHeader, ZEROS, type RawHeader } from './raw-tar.ts';
import type { Entries } from './received.ts';

export interface HostileTar {
  readonly what: string;
  readonly bytes: Buffer;
  readonly gzip?: boolean;
  readonly status: number;
  /** What the message says; the entry's name among it, where there is one. */
  readonly message: RegExp;
}

/** The limits that they are made for. */
export const HOSTILE_LIMITS = { maxBytes: 1024 * 1024, maxEntries: 2000 };

/** All of them, for the funko of a name. */
export async function hostileTars(funko: string): Promise<HostileTar[]> {
  const begin: Entries = [
    [{ name: 'funko.yml' }, `name: ${funko}\n`],
    [{ name: 'Dockerfile' }, 'FROM scratch\n'],
  ];
  const head = (await tarWith(begin)).subarray(0, 2048);
  const good = Buffer.concat([head, ZEROS]);
  const raw = (what: string, message: RegExp, ...parts: Buffer[]): HostileTar => {
    return { what, message, status: 400, bytes: Buffer.concat([head, ...parts, ZEROS]) };
  };
  const one = (what: string, message: RegExp, header: RawHeader, text = ''): HostileTar =>
    raw(what, message, rawEntry(header, text));
  const pax = (what: string, message: RegExp, records: Record<string, string>): HostileTar =>
    raw(
      what,
      message,
      rawEntry({ name: 'pax', type: 'x' }, paxOf(records)),
      rawEntry({ name: 'innocent' }, 'x'),
    );
  const whole = (
    what: string,
    bytes: Buffer,
    message: RegExp,
    more: Partial<HostileTar> = {},
  ): HostileTar => {
    return { what, bytes, message, status: 400, ...more };
  };
  const first = async (what: string, entries: Entries, message: RegExp): Promise<HostileTar> =>
    whole(what, await tarWith(entries), message);
  return [
    one('an absolute name', /"\/etc\/cron.d\/x".*absolute/, { name: '/etc/cron.d/x' }, 'x'),
    one('a name that climbs', /"a\/\.\.\/\.\.\/x".*climbs/, { name: 'a/../../x' }, 'x'),
    one('a name that is empty', /"".*empty/, { name: '' }, 'x'),
    one('a name that is not UTF-8', /not valid UTF-8/, { name: Buffer.from([0x61, 0xff, 0xfe]) }, 'x'),
    one('a target that is not UTF-8', /"l".*not valid UTF-8/, {
      name: 'l',
      type: '2',
      target: Buffer.from([0xff]),
    }),
    one('a character device', /"null".*character-device/, { name: 'null', type: '3' }),
    one('a block device', /"disk".*block-device/, { name: 'disk', type: '4' }),
    one('a FIFO', /"pipe".*fifo/, { name: 'pipe', type: '6' }),
    one('a link to nowhere', /"l".*points nowhere/, { name: 'l', type: '2', target: '' }),
    raw(
      'an absolute link, then a file written through it',
      /"l\/cron".*"l" above it is a symlink/,
      rawEntry({ name: 'l', type: '2', target: '/etc' }),
      rawEntry({ name: 'l/cron' }, 'x'),
    ),
    raw(
      'a link, then a file written through it',
      /"l\/f".*"l" above it is a symlink/,
      rawEntry({ name: 'l', type: '2', target: 'd' }),
      rawEntry({ name: 'l/f' }, 'x'),
    ),
    raw(
      'a link, then a file in its place',
      /"l".*twice/,
      rawEntry({ name: 'l', type: '2', target: 'd' }),
      rawEntry({ name: 'l' }, 'x'),
    ),
    one('a hard link that leaves', /"h".*hard link.*climbs/, {
      name: 'h',
      type: '1',
      target: '../../etc/shadow',
    }),
    one('a hard link to an absolute place', /"h".*absolute/, { name: 'h', type: '1', target: '/etc/shadow' }),
    one('a hard link to nothing', /"h".*not an earlier file/, { name: 'h', type: '1', target: 'later' }),
    raw('a name that comes twice', /"a".*twice/, rawEntry({ name: 'a' }, '1'), rawEntry({ name: 'a' }, '2')),
    raw(
      'a name twice, the second as ./',
      /"\.\/\/a".*twice/,
      rawEntry({ name: 'a' }, '1'),
      rawEntry({ name: './/a' }, '2'),
    ),
    one('a second funko.yml', /"\.\/funko\.yml".*twice/, { name: './funko.yml' }, 'name: other\n'),
    one('a second Dockerfile', /"Dockerfile".*twice/, { name: 'Dockerfile' }, 'FROM scratch\n'),
    { ...raw('too many entries', /more than 2000 entries/, ...many(2000)), status: 413 },
    {
      ...one('too many bytes', /larger than 1048576 bytes/, { name: 'big' }, 'x'.repeat(1024 * 1024)),
      status: 413,
    },
    {
      ...one('a size that is past all bounds', /"huge".*larger than/, {
        name: 'huge',
        size: base256(2n ** 60n),
      }),
      status: 413,
    },
    one('a negative size', /Invalid header.*"Dockerfile"/, { name: 'minus', size: base256(-512n) }),
    one('a size that is no number', /Invalid header/, { name: 'words', size: Buffer.from('zzzzzzzzzzz\0') }),
    one('a sparse file of GNU tar', /"holes".*unknown kind/, { name: 'holes', type: 'S' }, 'x'),
    pax('a sparse file by PAX', /"innocent".*sparse/, {
      'GNU.sparse.major': '1',
      'GNU.sparse.name': '/etc/x',
    }),
    pax('a PAX header that makes the name absolute', /"\/etc\/x".*absolute/, { path: '/etc/x' }),
    pax('a PAX header with a NUL in the name', /"a\\u0000b".*NUL/, { path: 'a\0b' }),
    pax('a PAX header with a negative size', /Invalid header/, { size: '-1' }),
    pax('a PAX header with an odd size', /"innocent".*PAX.*not a number/, { size: '1e9' }),
    {
      ...pax('a PAX header with a size past all bounds', /"innocent".*larger/, { size: '9'.repeat(15) }),
      status: 413,
    },
    raw(
      'a long name of GNU tar that climbs',
      /climbs/,
      rawEntry({ name: '././@LongLink', type: 'L' }, `${'d/'.repeat(100)}${'../'.repeat(101)}x\0`),
      rawEntry({ name: 'innocent' }, 'x'),
    ),
    raw(
      'a link with a target too long for any file system',
      /"l".*longer than 4095 bytes/,
      rawEntry({ name: '././@LongLink', type: 'K' }, `${'../'.repeat(1400)}etc/passwd\0`),
      rawEntry({ name: 'l', type: '2', target: 'ok' }),
    ),
    raw(
      'a header whose checksum is wrong',
      /Invalid tar header.*"Dockerfile"/,
      rawHeader({ name: 'x', checksum: 1 }),
    ),
    raw(
      'a header of an unknown format',
      /unknown format.*"Dockerfile"/,
      rawHeader({ name: 'x', magic: 'unix\0\0' }),
    ),
    whole('a tar that ends in the middle of an entry', good.subarray(0, 1800), /whole tar.*"Dockerfile"/),
    whole('a tar that ends between two entries', head, /cut off.*"Dockerfile"/),
    whole(
      'a tar with garbage after its end',
      Buffer.concat([good, Buffer.from('garbage')]),
      /garbage|end of data/,
    ),
    whole(
      'a tar with blocks of garbage after its end',
      Buffer.concat([good, Buffer.alloc(1024, 'x')]),
      /Invalid tar header/,
    ),
    whole('nothing at all', Buffer.alloc(0), /cut off|is empty/),
    whole('a tar without entries', Buffer.alloc(1024), /is empty/),
    await first(
      'a tar without funko.yml',
      [[{ name: 'Dockerfile' }, 'FROM scratch\n']],
      /first entry.*"Dockerfile"/,
    ),
    await first('a tar with funko.yml last', begin.toReversed(), /first entry.*"Dockerfile"/),
    await first(
      'the funko.yml of another funko',
      [[{ name: 'funko.yml' }, 'name: other\n']],
      /"name: other"/,
    ),
    await first(
      'a funko.yml that is a link',
      [[{ name: 'funko.yml', type: 'symlink', linkname: 'x' }]],
      /first entry/,
    ),
    await first(
      'a funko.yml of 70 KB',
      [[{ name: 'funko.yml' }, '#'.repeat(70_000)]],
      /"funko.yml".*larger than/,
    ),
    whole('what is no tar', Buffer.alloc(2048, 'no tar '), /Invalid tar header/),
    whole('a gzip that says it is a tar', gzipSync(good), /compressed.*application\/gzip/),
    whole('what is no gzip', good, /whole gzip: incorrect header/, { gzip: true }),
    whole('a gzip that is cut off', gzipSync(good).subarray(0, -6), /whole gzip: unexpected end/, {
      gzip: true,
    }),
    whole('a gzip that is damaged', damaged(gzipSync(good)), /whole gzip/, { gzip: true }),
    whole(
      'a gzip with garbage after its end',
      Buffer.concat([gzipSync(good), Buffer.from('garbage')]),
      /whole gzip/,
      { gzip: true },
    ),
    whole('a gzip of a tar that is cut off', gzipSync(head), /cut off.*"Dockerfile"/, { gzip: true }),
    whole('a gzip that inflates to 256 MiB', bomb(head), /larger than 1048576 bytes/, {
      gzip: true,
      status: 413,
    }),
  ];
}

function many(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => rawHeader({ name: `f${index}` }));
}

function bomb(head: Buffer): Buffer {
  const size = 256 * 1024 * 1024;
  return gzipSync(
    Buffer.concat([
      head,
      rawHeader({ name: 'zeros', size: base256(BigInt(1000 * 1000)) }),
      Buffer.alloc(size),
    ]),
  );
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.at(-8) ?? 0) ^ 0xff, copy.length - 8);
  return copy;
}

/** PAX records: each begins with its own length. */
function paxOf(records: Record<string, string>): string {
  const recordOf = ([key, value]: [string, string]): string => {
    const rest = ` ${key}=${value}\n`;
    const length = rest.length + String(rest.length).length;
    return `${length + (String(length).length > String(rest.length).length ? 1 : 0)}${rest}`;
  };
  return Object.entries(records).map(recordOf).join('');
}

/** GNU tar's binary form of a number in a header. */
function base256(value: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  let rest = BigInt.asUintN(88, value);
  for (let index = 11; index > 0; index -= 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  bytes[0] = value < 0n ? 0xff : 0x80;
  return bytes;
}
