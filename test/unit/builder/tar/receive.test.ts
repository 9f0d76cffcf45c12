import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openContext } from '../../../../src/builder/context.ts';
import { receiveContext } from '../../../../src/builder/tar/receive.ts';
import {
  bytesOf,
  entriesOf,
  RUNTIMES,
  streamOf,
  tarWith,
  tempFolder,
} from '../../../support/builder/folders.ts';
import { FUNKO, LIMITS, receive } from '../../../support/builder/received.ts';

describe('a build context that is received', () => {
  it('passes whole, funko.yml first, whatever the size of the chunks', async () => {
    await using folder = await tempFolder({
      'funko.yml': 'name: a\nruntime: node\n',
      'index.js': 'x'.repeat(20_000),
      [`${'long/'.repeat(40)}ä.txt`]: 'deep',
      run: { executable: '' },
      'lib/link': { link: '../index.js' },
      empty: { folder: true },
    });
    const sent = await bytesOf((await openContext({ folder: folder.path, runtimesFolder: RUNTIMES })).tar);
    for (const size of [1, 511, 513, 70_000, sent.length]) {
      const { manifestText, tar } = await receiveContext(streamOf(sent, size), LIMITS);
      assert.equal(manifestText, 'name: a\nruntime: node\n');
      assert.ok((await bytesOf(tar)).equals(sent), `in chunks of ${size} bytes`);
    }
  });

  it('keeps its times and modes, and loses what it says of owners', async () => {
    const mtime = new Date('2026-01-02T03:04:05Z');
    const header = { name: 'x', uid: 1, gid: 2, uname: 'root', mtime, mode: 0o6777 };
    const folder = { name: 'd/', type: 'directory' as const, mtime, mode: 0o1777 };
    const { entries } = await receive([...FUNKO, [header, 'text'], [folder]]);
    const [, received, sticky] = entries.map(({ header }) => header);
    assert.deepEqual([received?.uid, received?.gid, received?.uname], [0, 0, '']);
    assert.deepEqual([received?.mtime, received?.mode], [mtime, 0o6777]);
    assert.deepEqual([sticky?.mtime, sticky?.mode], [mtime, 0o1777]);
  });

  it('may have links that point anywhere', async () => {
    const links = ['/etc/ssl/certs', '../../x', 'x'.repeat(300), 'ä'].map((linkname, index) => ({
      ...{ name: `l${index}`, type: 'symlink' as const, linkname },
    }));
    const { entries } = await receive([...FUNKO, ...links.map((link) => [link] as [typeof link])]);
    assert.deepEqual(
      entries.slice(1).map(({ header }) => header.linkname),
      links.map(({ linkname }) => linkname),
    );
  });

  it('may write its names with ./ and have an entry for the folder itself', async () => {
    const { entries } = await receive([
      [{ name: './', type: 'directory' }],
      [{ name: './funko.yml' }, 'name: a\n'],
      [{ name: './a//b' }, 'x'],
    ]);
    assert.deepEqual(
      entries.map(({ header }) => header.name),
      ['funko.yml', 'a/b'],
    );
  });

  it('may have names that differ by case only: where it is built they are two', async () => {
    const { entries } = await receive([...FUNKO, [{ name: 'README' }, '1'], [{ name: 'readme' }, '2']]);
    assert.deepEqual(
      entries.slice(1).map(({ text }) => text),
      ['1', '2'],
    );
  });

  it('may be compressed, in one gzip or several', async () => {
    const tar = await tarWith([...FUNKO, [{ name: 'a' }, 'x'.repeat(5000)]]);
    const read = async (gzip: Buffer): Promise<number> =>
      (await entriesOf((await receiveContext(streamOf(gzip, 100), { ...LIMITS, gzip: true })).tar)).length;
    assert.equal(await read(gzipSync(tar)), 2);
    assert.equal(
      await read(Buffer.concat([gzipSync(tar.subarray(0, 3000)), gzipSync(tar.subarray(3000))])),
      2,
    );
  });

  it('may have a folder after what is in it, and hard links to files that came before', async () => {
    const { entries } = await receive([
      ...FUNKO,
      [{ name: 'd/f' }, 'x'],
      [{ name: 'd', type: 'directory' }],
      [{ name: 'd/g', type: 'link', linkname: 'd/f' }],
      [{ name: 'd/h', type: 'link', linkname: './d/g' }],
    ]);
    assert.deepEqual(
      entries.map(({ header }) => [header.name, header.linkname]),
      [
        ['funko.yml', null],
        ['d/f', null],
        ['d/', null],
        ['d/g', 'd/f'],
        ['d/h', 'd/g'],
      ],
    );
  });
});

describe('the streams of a build context that is received', () => {
  it('take no more from the sender than the reader takes', async () => {
    let sent = 0;
    const head = (await tarWith([...FUNKO, [{ name: 'big', size: 0 }, '']])).subarray(0, 1024);
    const big = (await tarWith([[{ name: 'big' }, 'x'.repeat(4_000_000)]])).subarray(0, 4_000_000);
    const chunks = function* (): Generator<Buffer> {
      yield head;
      for (let start = 0; start < big.length; start += 16_384) {
        sent += 16_384;
        yield big.subarray(start, start + 16_384);
      }
    };
    const { tar } = await receiveContext(Readable.from(chunks(), { objectMode: false }), {
      ...LIMITS,
      maxBytes: 1e9,
    });
    await once(tar, 'readable');
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(sent < 1_000_000, `${sent} bytes were taken though nobody reads`);
    tar.destroy();
  });

  it('end together: a reader that goes away destroys the sender’s stream', async () => {
    const input = new PassThrough();
    input.write((await tarWith([...FUNKO, [{ name: 'b' }, 'x'.repeat(3000)]])).subarray(0, 2048));
    const { tar } = await receiveContext(input, LIMITS);
    tar.resume();
    const closed = once(input, 'close');
    tar.destroy();
    await closed;
  });

  it('end together: a sender that goes away fails the reader', async () => {
    const input = new PassThrough();
    input.write((await tarWith([...FUNKO, [{ name: 'b' }, 'x'.repeat(3000)]])).subarray(0, 2048));
    const { tar } = await receiveContext(input, LIMITS);
    const read = assert.rejects(bytesOf(tar), { code: 'bad_context', message: /cut off while it was sent/ });
    input.destroy();
    await read;
  });

  it('end together: a sender that goes away before funko.yml came', async () => {
    const input = new PassThrough();
    const received = assert.rejects(receiveContext(input, LIMITS), {
      code: 'bad_context',
      message: /cut off/,
    });
    input.write(Buffer.alloc(100));
    input.destroy();
    await received;
  });

  it('end together: an entry that is refused destroys both', async () => {
    const input = new PassThrough();
    input.write((await tarWith([...FUNKO, [{ name: '/abs' }, 'x']])).subarray(0, 2048));
    const { tar } = await receiveContext(input, LIMITS);
    const closed = once(input, 'close');
    await assert.rejects(bytesOf(tar), { code: 'bad_context', message: /"\/abs"/ });
    await closed;
  });
});
