import assert from 'node:assert/strict';
import { lstat, mkdir, readFile, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { configFile, storeToken, storedToken } from '../../../../src/cli/connect/config.ts';
import { newHome } from '../../../support/cli/faaso.ts';

const HERE = 'http://localhost:8888';
const THERE = 'https://faaso.example.org';

describe('the config file', () => {
  it('lies in ~/.config, or where an absolute XDG_CONFIG_HOME says', () => {
    assert.equal(configFile({ home: '/h', environment: {} }), '/h/.config/faaso/config.json');
    assert.equal(configFile({ home: '/h', environment: { XDG_CONFIG_HOME: '/x' } }), '/x/faaso/config.json');
    assert.equal(
      configFile({ home: '/h', environment: { XDG_CONFIG_HOME: 'x' } }),
      '/h/.config/faaso/config.json',
    );
  });

  it('is for its owner alone, and so is its folder', async () => {
    await using home = await newHome();
    const file = home.path('.config', 'faaso', 'config.json');
    await storeToken(file, HERE, 'one');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(dirname(file))).mode & 0o777, 0o700);
  });

  it('gets back its mode when others could read it', async () => {
    await using home = await newHome();
    const file = home.path('config.json');
    await writeFile(file, '{"tokens":{}}', { mode: 0o644 });
    await storeToken(file, HERE, 'one');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('keeps the tokens of other servers, and what it does not know', async () => {
    await using home = await newHome();
    const file = home.path('config.json');
    await writeFile(file, JSON.stringify({ later: 1, tokens: { [THERE]: 'other', [HERE]: 'old' } }));
    await storeToken(file, HERE, 'new');
    const expected = { later: 1, tokens: { [THERE]: 'other', [HERE]: 'new' } };
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), expected);
    assert.deepEqual(await readdir(home.folder), ['config.json']);
  });

  it('gives a token for exactly its server', async () => {
    await using home = await newHome();
    const file = home.path('config.json');
    await storeToken(file, HERE, 'one');
    assert.equal(await storedToken(file, HERE), 'one');
    assert.equal(await storedToken(file, 'http://localhost:8889'), undefined);
    assert.equal(await storedToken(file, 'https://localhost:8888'), undefined);
    assert.equal(await storedToken(file, 'constructor'), undefined);
    assert.equal(await storedToken(home.path('none.json'), HERE), undefined);
  });

  it('knows a server of this machine by all its names', async () => {
    await using home = await newHome();
    const file = home.path('config.json');
    const names = ['http://127.0.0.1:8888', 'http://[::1]:8888', HERE];
    await writeFile(file, JSON.stringify({ tokens: { 'http://127.0.0.1:8888': 'old', [THERE]: 'other' } }));
    for (const name of names) assert.equal(await storedToken(file, name), 'old');
    await storeToken(file, 'http://[::1]:8888', 'new');
    for (const name of names) assert.equal(await storedToken(file, name), 'new');
    assert.equal(await storedToken(file, 'https://127.0.0.1:8888'), undefined);
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), {
      tokens: { [THERE]: 'other', [HERE]: 'new' },
    });
  });

  for (const text of ['', '{', '[]', '{}', '{"tokens":[]}', '{"tokens":{"x":1}}']) {
    it(`is left as it is when it holds ${text === '' ? 'nothing' : text}`, async () => {
      await using home = await newHome();
      const file = home.path('config.json');
      await writeFile(file, text);
      await assert.rejects(storeToken(file, HERE, 'one'), {
        code: 'bad_setting',
        message: /config\.json is not .*fix it, or delete it/,
      });
      assert.equal(await readFile(file, 'utf8'), text);
    });
  }

  it('says what keeps it from being written', async () => {
    await using home = await newHome();
    await symlink('none/config.json', home.path('config.json'));
    await writeFile(home.path('none'), '');
    const says = { code: 'bad_setting', message: /config\.json can't be read: .*\(ENOTDIR\)/ };
    await assert.rejects(storeToken(home.path('config.json'), HERE, 'one'), says);
    await mkdir(home.path('folder', 'config.json'), { recursive: true });
    await assert.rejects(storeToken(home.path('folder', 'config.json'), HERE, 'one'), {
      code: 'bad_setting',
    });
  });

  it('stays a link to where a person keeps it', async () => {
    await using home = await newHome();
    const file = home.path('config.json');
    await storeToken(file, HERE, 'one');
    await mkdir(home.path('dotfiles'));
    const kept = join(home.folder, 'dotfiles', 'config.json');
    await rename(file, kept);
    await symlink(kept, file);
    await storeToken(file, THERE, 'two');
    assert.ok((await lstat(file)).isSymbolicLink());
    assert.equal(await storedToken(kept, THERE), 'two');
  });
});
