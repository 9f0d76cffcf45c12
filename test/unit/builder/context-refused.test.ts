import assert from 'node:assert/strict';
import { symlink, unlink, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { openContext } from '../../../src/builder/context.ts';
import { HELLO, open } from '../../support/builder/contexts.ts';
import { RUNTIMES, tempFolder } from '../../support/builder/folders.ts';

describe('a folder that is no funko', () => {
  it('is told how to become one', async () => {
    await using folder = await tempFolder({ 'index.js': '' });
    const message = `${folder.path}: it has no funko.yml, so it is not a funko; to write one: faaso init ${folder.path}`;
    await assert.rejects(open(folder), { code: 'bad_context', message });
  });

  it('because it does not exist, or is a file, is an error that names it', async () => {
    await using folder = await tempFolder({ file: '' });
    const at = (path: string) => openContext({ folder: folder.at(path), runtimesFolder: RUNTIMES });
    await assert.rejects(at('gone'), {
      code: 'bad_context',
      message: /gone: there is no such folder; `faaso new NAME` makes one$/,
    });
    await assert.rejects(at('file'), { code: 'bad_context', message: /file: it is not a folder/ });
  });

  it('because its funko.yml is a link, too large, not UTF-8 or wrong, is an error that names it', async () => {
    await using folder = await tempFolder({ real: 'name: a\n' });
    await symlink('real', folder.at('funko.yml'));
    await assert.rejects(open(folder), {
      code: 'bad_manifest',
      message: /funko\.yml: it must be an ordinary file/,
    });
    await unlink(folder.at('funko.yml'));
    await writeFile(folder.at('funko.yml'), Buffer.alloc(70_000, '#'));
    await assert.rejects(open(folder), {
      code: 'bad_manifest',
      message: /funko\.yml: larger than 65536 bytes/,
    });
    await writeFile(folder.at('funko.yml'), Buffer.from([0x6e, 0xff]));
    await assert.rejects(open(folder), {
      code: 'bad_manifest',
      message: /funko\.yml: it is not valid UTF-8/,
    });
    await writeFile(folder.at('funko.yml'), 'nmae: a\n');
    await assert.rejects(open(folder), {
      code: 'bad_manifest',
      message: new RegExp(`^${folder.at('funko.yml')}:1:1: `),
    });
  });

  it('because it has neither a runtime nor a Dockerfile, is told so', async () => {
    await using folder = await tempFolder({ 'funko.yml': 'name: a\n' });
    await assert.rejects(open(folder), {
      code: 'bad_context',
      message: /names no runtime and the folder has no Dockerfile/,
    });
    await writeFile(folder.at('funko.yml'), 'name: a\noptions: { a: b }\n');
    await assert.rejects(open(folder), {
      code: 'bad_manifest',
      message: /funko\.yml:2:1: options need a runtime/,
    });
  });

  it('because its runtime is unknown, is told the line and what there is', async () => {
    await using folder = await tempFolder({ ...HELLO, 'funko.yml': 'name: a\nruntime: noed\n' });
    await assert.rejects(open(folder), {
      code: 'unknown_runtime',
      message: /funko\.yml:2:10: there is no runtime "noed"; there are: .*node.*Did you mean "node"\?$/,
    });
  });
});
