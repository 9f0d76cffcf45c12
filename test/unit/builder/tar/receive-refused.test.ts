import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { receiveContext, type ReceiveLimits } from '../../../../src/builder/tar/receive.ts';
import { FaasoError } from '../../../../src/errors.ts';
import { bytesOf, streamOf, tarWith } from '../../../support/builder/folders.ts';
import { FUNKO, LIMITS, receive, type Entries } from '../../../support/builder/received.ts';

async function refused(
  entries: Entries,
  message: RegExp,
  code = 'bad_context',
  limits: Partial<ReceiveLimits> = {},
) {
  await assert.rejects(receive(entries, limits), (error: unknown) => {
    assert.ok(error instanceof FaasoError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

describe('a build context is refused, and the entry named,', () => {
  const cases: [string, Entries, RegExp][] = [
    ['for an absolute name', [[{ name: '/etc/passwd' }, 'x']], /"\/etc\/passwd".*absolute/],
    ['for a name that climbs', [[{ name: 'a/../../b' }, 'x']], /"a\/\.\.\/\.\.\/b".*climbs/],
    ['for a name that is ".."', [[{ name: '..', type: 'directory' }]], /climbs/],
    ['for a NUL in a name', [[{ name: 'x', pax: { path: 'a\0b' } }, 'x']], /"a\\u0000b".*NUL/],
    [
      'for a device',
      [[{ name: 'dev', type: 'character-device', devmajor: 1, devminor: 3 }]],
      /"dev".*character-device/,
    ],
    ['for a block device', [[{ name: 'dev', type: 'block-device' }]], /"dev".*block-device/],
    ['for a FIFO', [[{ name: 'pipe', type: 'fifo' }]], /"pipe".*fifo/],
    [
      'for a hard link that leaves',
      [[{ name: 'l', type: 'link', linkname: '../x' }]],
      /"l".*hard link.*climbs/,
    ],
    [
      'for a hard link to an absolute name',
      [[{ name: 'l', type: 'link', linkname: '/etc/shadow' }]],
      /hard link.*absolute/,
    ],
    [
      'for a hard link to what is not there yet',
      [[{ name: 'l', type: 'link', linkname: 'x' }], [{ name: 'x' }, '']],
      /"l".*not an earlier file/,
    ],
    [
      'for a name that comes twice',
      [
        [{ name: 'x' }, 'a'],
        [{ name: './x' }, 'b'],
      ],
      /"\.\/x".*twice/,
    ],
    ['for a second funko.yml', [[{ name: './funko.yml' }, 'name: b\n']], /funko\.yml".*twice/],
    [
      'for a file where a folder was',
      [
        [{ name: 'd/f' }, 'a'],
        [{ name: 'd' }, 'b'],
      ],
      /"d".*twice/,
    ],
    [
      'for a name that goes through a link',
      [[{ name: 'l', type: 'symlink', linkname: 'd' }], [{ name: 'l/f' }, 'x']],
      /"l\/f".*"l" above it is a symlink/,
    ],
    [
      'for a name below a file',
      [
        [{ name: 'f' }, 'x'],
        [{ name: 'f/g' }, 'x'],
      ],
      /"f\/g".*"f" above it is a file/,
    ],
  ];
  for (const [what, entries, message] of cases) {
    it(what, () => refused([...FUNKO, ...entries], message));
  }

  it('if its first entry is not a small file called funko.yml', async () => {
    await refused(
      [[{ name: 'index.js' }, 'x'], ...FUNKO],
      /first entry.*"index\.js"; it must be the file funko\.yml/,
    );
    await refused([[{ name: 'funko.yml', type: 'directory' }]], /first entry.*funko\.yml/);
    await refused([[{ name: 'funko.yml', type: 'symlink', linkname: 'x' }]], /first entry/);
    await refused([[{ name: 'funko.yml' }, ' '.repeat(65_537)]], /"funko\.yml".*larger than 65536 bytes/);
    await refused([], /is empty/);
  });

  it('if it has too many entries', async () => {
    const many: Entries = Array.from({ length: 10 }, (_, index) => [{ name: `f${index}` }, 'x']);
    await receive([...FUNKO, ...many], { maxEntries: 11 });
    await refused([...FUNKO, ...many], /more than 10 entries/, 'too_large', { maxEntries: 10 });
  });

  it('if it has too many bytes, headers included', async () => {
    const bytes = await tarWith([...FUNKO, [{ name: 'x' }, 'x'.repeat(10_000)]]);
    const read = async (maxBytes: number) =>
      bytesOf((await receiveContext(streamOf(bytes, 1000), { ...LIMITS, maxBytes })).tar);
    await read(bytes.length);
    await assert.rejects(read(bytes.length - 1), {
      code: 'too_large',
      message: new RegExp(`larger than ${bytes.length - 1} bytes`),
    });
    await assert.rejects(read(10), { code: 'too_large' });
  });

  it('if it is no tar, compressed, or empty', async () => {
    for (const body of [Buffer.from('x'.repeat(2000)), gzipSync(await tarWith(FUNKO)), Buffer.alloc(0)]) {
      await assert.rejects(receiveContext(streamOf(body), LIMITS), { code: 'bad_context' });
    }
  });

  it('if it is cut off, wherever that is', async () => {
    const bytes = await tarWith([...FUNKO, [{ name: 'a' }, 'x'.repeat(3000)], [{ name: 'b' }, 'x']]);
    for (const length of [0, 100, 512, 700, 1024, 1500, 1536, 2048, 4000, 4608, 5120, 5632]) {
      const cut = async () =>
        bytesOf((await receiveContext(streamOf(bytes.subarray(0, length)), LIMITS)).tar);
      await assert.rejects(cut(), { code: 'bad_context' }, `after ${length} of ${bytes.length} bytes`);
    }
  });

  it('if a header before a name asks for more memory than a name may take', async () => {
    const name = 'x'.repeat(100);
    await refused(
      [...FUNKO, [{ name, pax: { path: `a/${'y'.repeat(5000)}` } }, '']],
      /longer than 4096 bytes/,
    );
    await refused(
      [...FUNKO, [{ name, pax: { comment: 'y'.repeat(5_000_000) } }, '']],
      /exceeds max size/i,
      'bad_context',
      { maxBytes: 10_000_000 },
    );
  });
});
