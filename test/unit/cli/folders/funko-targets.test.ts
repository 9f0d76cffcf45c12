import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { nameOf, targetOf } from '../../../../src/cli/folders/funko-targets.ts';
import { newHome } from '../../../support/cli/faaso.ts';

describe('a word after a command', () => {
  it('is a folder if it holds "/" or ".", or if a funko.yml lies in the folder of that name', async () => {
    await using home = await newHome();
    await mkdir(home.path('shop'));
    await writeFile(home.path('shop', 'funko.yml'), 'name: web-shop\nruntime: node\n');
    for (const folder of ['shop', './shop', 'shop/', home.path('shop')]) {
      assert.deepEqual(await targetOf(folder, home.folder), { name: 'web-shop', folder });
    }
    assert.deepEqual(await targetOf('.', home.path('shop')), { name: 'web-shop', folder: '.' });
  });

  it('is a name else, also beside a folder without a funko.yml', async () => {
    await using home = await newHome();
    await mkdir(home.path('data'));
    assert.deepEqual(await targetOf('data', home.folder), { name: 'data', folder: null });
    assert.deepEqual(await targetOf('By_Hand', home.folder), { name: 'By_Hand', folder: null });
  });

  it('says what is missing in a folder that is none', async () => {
    await using home = await newHome();
    const says = {
      code: 'bad_context',
      message: './none is not a folder with a funko.yml. Give the name of a funko, or its folder.',
    };
    await assert.rejects(targetOf('./none', home.folder), says);
    for (const read of [targetOf, nameOf]) {
      await assert.rejects(read('', home.folder), { code: 'bad_name' });
    }
  });

  it('names the place of an error in funko.yml as the person wrote the folder', async () => {
    await using home = await newHome();
    await mkdir(home.path('shop'));
    await writeFile(home.path('shop', 'funko.yml'), 'nme: shop\n');
    await assert.rejects(targetOf('./shop', home.folder), {
      code: 'bad_manifest',
      message: /^shop\/funko\.yml:1:1: /,
    });
  });

  it('is a name where names are usual, though a folder is called like it', async () => {
    await using home = await newHome();
    await mkdir(home.path('shop'));
    await writeFile(home.path('shop', 'funko.yml'), 'name: web-shop\n');
    assert.equal(await nameOf('shop', home.folder), 'shop');
    assert.equal(await nameOf('./shop', home.folder), 'web-shop');
  });
});
