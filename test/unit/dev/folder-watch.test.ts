import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { FolderWatch, until } from '../../../src/dev/folder-watch.ts';
import { tempFolder } from '../../support/builder/folders.ts';

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

describe('watching folders', () => {
  it('hears a burst once, and a save aside and over the old file', async () => {
    await using folder = await tempFolder({ 'a/x': '1' });
    using watch = new FolderWatch();
    assert.equal(await watch.follow([folder.at('a'), folder.at('none')]), true);
    assert.equal(await watch.follow([folder.at('a')]), false);
    await writeFile(folder.at('a/aside'), '2');
    await rename(folder.at('a/aside'), folder.at('a/x'));
    await watch.next(soon());
    let again = false;
    void watch.changed.then(() => (again = true));
    await assert.rejects(watch.next(AbortSignal.timeout(100)), { name: 'TimeoutError' });
    assert.equal(again, false);
    await rm(folder.at('a/x'));
    await watch.next(soon());
  });

  it('tells a folder that was put in the place of another from it', async () => {
    await using folder = await tempFolder({ 'a/b/x': '1' });
    using watch = new FolderWatch();
    const all = [folder.at('a'), folder.at('a/b')];
    await watch.follow(all);
    await rename(folder.at('a/b'), folder.at('a/c'));
    await mkdir(folder.at('a/b'));
    await watch.next(soon());
    assert.equal(await watch.follow(all), true);
    await writeFile(folder.at('a/b/y'), '');
    await watch.next(soon());
  });

  it('gives up waiting with the reason of the signal', async () => {
    const reason = new Error('stop');
    await assert.rejects(until(new Promise(() => undefined), AbortSignal.abort(reason)), reason);
  });
});
