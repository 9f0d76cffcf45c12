import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { withoutManifest } from '../../../../src/builder/tar/without-manifest.ts';
import { bytesOf, namesOf, streamOf, tarWith } from '../../../support/builder/folders.ts';

it('takes funko.yml out of a tar in which it is first, whatever the chunks, and leaves other tars alone', async () => {
  for (const text of ['', 'name: a\n', 'x'.repeat(512), 'x'.repeat(70_000)]) {
    const tar = await tarWith([
      [{ name: 'funko.yml' }, text],
      [{ name: 'b' }, 'b'],
      [{ name: 'c' }, 'c'],
    ]);
    for (const size of [1, 511, 512, 513, tar.length])
      assert.deepEqual(await namesOf(withoutManifest(streamOf(tar, size))), ['b', 'c']);
  }
  const other = await tarWith([
    [{ name: 'd' }, 'd'],
    [{ name: 'funko.yml' }, 'x'],
  ]);
  assert.ok((await bytesOf(withoutManifest(streamOf(other)))).equals(other));
});

it('a source that breaks is told with its own error, and a reader that goes away ends the source', async () => {
  const source = new Readable({ read: () => undefined });
  const read = assert.rejects(bytesOf(withoutManifest(source)), /broke/);
  source.destroy(new Error('broke'));
  await read;
  const endless = new Readable({ read: () => undefined });
  const closed = new Promise((resolve) => endless.once('close', resolve));
  withoutManifest(endless).destroy();
  await closed;
});
