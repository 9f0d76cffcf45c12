import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { headerBlocks } from '../../../../src/builder/tar/tar-header.ts';
import { TarScan } from '../../../../src/builder/tar/tar-scan.ts';
import { tarOf, type TarEntry } from '../../../../src/builder/tar/tar.ts';
import { bytesOf, entriesOf } from '../../../support/builder/folders.ts';

const NAMES = [
  ...[99, 100, 101, 155, 156, 157, 200, 256, 257, 300].flatMap((length) => [
    'x'.repeat(length),
    `${'d/'.repeat(Math.floor((length - 1) / 2))}${'y'.repeat(length % 2 === 0 ? 2 : 1)}`,
    `${'p'.repeat(Math.max(1, length - 101))}/${'q'.repeat(100)}`,
  ]),
  ...['ä', `${'ö/'.repeat(60)}😀`, 'with space', 'quote"', 'a\\b', 'new\nline', '-dash'],
];

const entry = (name: string): TarEntry => ({
  ...{ type: 'file', name, mode: 0o640, mtime: 1_000_000_000, size: 2, body: [Buffer.from('ok')] },
});

it('names of every length and kind are read back by two other readers', async () => {
  const bytes = await bytesOf(tarOf(Readable.from(NAMES.map(entry))));
  const read = await entriesOf(Readable.from([bytes]));
  assert.deepEqual(
    read.map(({ header, text }) => [header.name, header.mode, header.mtime.getTime(), text]),
    NAMES.map((name) => [name, 0o640, 1e12, 'ok']),
  );
  const listed = execFileSync('tar', ['-t', '--null', '--quoting-style=literal', '-f', '-'], {
    input: bytes,
  });
  assert.equal(listed.toString(), NAMES.map((name) => `${name}\n`).join(''));
});

it('a file that is read straight into the tar is as one whose bytes are given, whatever its size', async () => {
  const sizes = [0, 1, 511, 512, 513, 100_000, 262_144, 300_000];
  const files = NAMES.flatMap((name, index) =>
    sizes.map((size) => ({ name: `${index}-${size}/${name}`, size, byte: (index + size) % 255 })),
  );
  const stat = { type: 'file', mode: 0o640 } as const;
  const given = files.map(({ name, size, byte }): TarEntry => ({
    ...{ ...stat, name, size, mtime: byte, body: [Buffer.alloc(size, byte)] },
  }));
  const filled = files.map(({ name, size, byte }): TarEntry => {
    const fill = (target: Buffer): number => (target.fill(byte), byte);
    return { ...stat, name, size, fill };
  });
  const [one, other] = await Promise.all(
    [given, filled].map(async (all) => bytesOf(tarOf(Readable.from(all)))),
  );
  assert.ok(one?.equals(other ?? Buffer.alloc(0)));
});

it('folders and links of every length are read back', async () => {
  const stat = { mode: 0o777, mtime: 1 };
  const entries: TarEntry[] = NAMES.flatMap((name, index) => [
    { ...stat, type: 'directory', name: `${index}/${name}` },
    { ...stat, type: 'symlink', name: `${index}l`, target: name },
  ]);
  const read = await entriesOf(tarOf(Readable.from(entries)));
  assert.deepEqual(
    read.map(({ header }) => [header.name, header.linkname]),
    NAMES.flatMap((name, index) => [
      [`${index}/${name}/`, null],
      [`${index}l`, name],
    ]),
  );
});

it('a file of more than 8 GiB has its size in its header', () => {
  const size = 9 * 1024 ** 3;
  let data = 0;
  let headers = 0;
  const scan = new TarScan({
    header: () => (headers += 1),
    data: (bytes) => (data += bytes.length),
  });
  const piece = Buffer.alloc(64 * 1024 * 1024);
  scan.push(headerBlocks({ type: 'file', name: 'big', mode: 0o644, mtime: 0, size }));
  for (let sent = 0; sent < size; sent += piece.length) scan.push(piece);
  assert.deepEqual([headers, data], [1, size]);
});
