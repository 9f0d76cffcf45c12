import assert from 'node:assert/strict';
import { mkdir, open, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { largeContext, tarBytes } from '../../../src/builder/context-size.ts';
import { openContext } from '../../../src/builder/context.ts';
import type { ContextItem } from '../../../src/builder/files/walk.ts';
import { bytesOf, RUNTIMES, tempFolder } from '../../support/builder/folders.ts';

const MB = 1_000_000;

function items(files: Readonly<Record<string, number>>): ContextItem[] {
  return Object.entries(files).map(([path, megabytes]) => ({
    ...{ kind: 'file', path, mode: 0o644 },
    content: { file: `/nowhere/${path}`, size: megabytes * MB },
  }));
}

const MEND = 'name in .dockerignore or .funkoignore what the image does not need';

describe('the warning of a large context', () => {
  it('comes above 100 MB', () => {
    assert.deepEqual(largeContext(items({ a: 99 })), []);
    assert.deepEqual(largeContext(items({ a: 101 })), [`the build context has 101 MB: a 101 MB; ${MEND}`]);
  });

  it('names nothing where there are only small files', () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`${n}`, 1]));
    assert.deepEqual(largeContext(items(many)), [`the build context has 150 MB; ${MEND}`]);
  });

  it('names the three largest parts, as deep as they tell more, and folders that go as a whole as such', () => {
    const cases: [Record<string, number>, string][] = [
      [{ a: 50, b: 40, c: 30, d: 20 }, 'a 50 MB, b 40 MB, c 30 MB'],
      [
        { 'data/video/1': 60, 'data/video/2': 50, 'data/x': 1, src: 0.1 },
        'data/video/1 60 MB, data/video/2 50 MB',
      ],
      [Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`a/b/${n}`, 1])), 'a/b/ 120 MB'],
      [{ 'node_modules/next/large': 200, '.git/objects/pack': 150 }, 'node_modules/ 200 MB, .git/ 150 MB'],
      [{ 'app/.cache/x': 90, 'app/y': 30 }, 'app/.cache/ 90 MB, app/y 30 MB'],
    ];
    for (const [files, named] of cases) {
      const [warning = ''] = largeContext(items(files));
      assert.match(warning, /^the build context has \d+ MB: /);
      assert.equal(warning.replace(/^[^:]*: /, '').replace(`; ${MEND}`, ''), named);
    }
  });

  it('is told when the folder is opened, and its size is that of the tar', async () => {
    await using folder = await tempFolder({ 'funko.yml': 'name: a\n', Dockerfile: 'FROM scratch\n', b: 'x' });
    const context = await openContext({ folder: folder.path, runtimesFolder: RUNTIMES });
    assert.equal(context.sentBytes(), 0);
    assert.equal((await bytesOf(context.tar)).length, context.bytes);
    assert.equal(context.sentBytes(), context.bytes);
    assert.equal(tarBytes(context.items), context.bytes);
    const large = folder.at('data/large');
    await mkdir(dirname(large));
    await (await open(large, 'w')).close();
    // Takes no room on the disk.
    await truncate(large, 150 * MB);
    const { tar, warnings } = await openContext({ folder: folder.path, runtimesFolder: RUNTIMES });
    tar.destroy();
    assert.deepEqual(warnings, [`the build context has 150 MB: data/large 150 MB; ${MEND}`]);
  });
});
