import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { HELLO, open, openMine, withRuntime } from '../../../support/builder/contexts.ts';
import { namesOf, tempFolder, type Content } from '../../../support/builder/folders.ts';

const OWN = { 'funko.yml': 'name: own\n', 'a.txt': 'a' };

/** What of a Dockerfile is in the tar, and what is apart from it. */
async function placesOf(
  files: Record<string, Content>,
): Promise<{ inTar: boolean; apart: string | undefined }> {
  await using folder = await tempFolder(files);
  const { tar, dockerfile } = await open(folder);
  return { inTar: (await namesOf(tar)).includes('Dockerfile'), apart: dockerfile };
}

describe('a Dockerfile', () => {
  it('of the folder is in the context, as with docker, unless an ignore file names it', async () => {
    const own = { ...OWN, Dockerfile: 'FROM scratch\n' };
    const inTar = { inTar: true, apart: undefined };
    const apart = { inTar: false, apart: 'FROM scratch\n' };
    assert.deepEqual(await placesOf(own), inTar);
    assert.deepEqual(await placesOf({ ...own, '.dockerignore': '*.log\n' }), inTar);
    assert.deepEqual(await placesOf({ ...own, '.dockerignore': '**\n!Dockerfile\n' }), inTar);
    assert.deepEqual(await placesOf({ ...own, '.dockerignore': 'Dockerfile\n' }), apart);
    assert.deepEqual(await placesOf({ ...own, 'Dockerfile.dockerignore': '*\n' }), apart);
    assert.deepEqual(await placesOf({ ...own, '.funkoignore': '/Dockerfile\n' }), apart);
  });

  it('of a runtime is never in the context, whether a template or a file', async () => {
    const { inTar, apart } = await placesOf(HELLO);
    assert.equal(inTar, false);
    assert.match(apart ?? '', /^FROM /m);
    for (const runtime of [{ 'Dockerfile.ejs': 'FROM <%= funko.name %>\n' }, { Dockerfile: 'FROM a\n' }]) {
      await using folder = await withRuntime(runtime, {});
      const { tar, dockerfile } = await openMine(folder);
      assert.deepEqual([await namesOf(tar), dockerfile], [['funko.yml'], 'FROM a\n']);
    }
  });

  it('that is ignored is read through a link, and counts in the digest', async () => {
    const linked = {
      ...OWN,
      Dockerfile: { link: 'real' },
      real: 'FROM one\n',
      '.dockerignore': '*\n!a.txt\n',
    };
    await using folder = await tempFolder(linked);
    const digest = async (): Promise<string> => {
      const { tar, digest: take } = await open(folder);
      tar.destroy();
      return take({ health: '/' });
    };
    const first = await digest();
    assert.equal(await digest(), first);
    await writeFile(folder.at('real'), 'FROM two\n');
    assert.notEqual(await digest(), first);
    const { tar, dockerfile } = await open(folder);
    assert.deepEqual([await namesOf(tar), dockerfile], [['funko.yml', 'a.txt'], 'FROM two\n']);
  });

  it('that is ignored and no text, or a link to nothing, is a clear error', async () => {
    const ignored = { ...OWN, '.dockerignore': 'Dockerfile\n' };
    await using binary = await tempFolder({ ...ignored, Dockerfile: Buffer.from('FROM x # \xe9', 'latin1') });
    await assert.rejects(open(binary), { code: 'bad_context', message: /Dockerfile: it is not valid UTF-8/ });
    await using nowhere = await tempFolder({ ...ignored, Dockerfile: { link: 'gone' } });
    await assert.rejects(open(nowhere), { code: 'bad_context', message: /Dockerfile: it vanished/ });
  });
});
