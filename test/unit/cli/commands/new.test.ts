import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { newHome, writeFunko } from '../../../support/cli/faaso.ts';

describe('faaso new', () => {
  it('makes a folder to start from, and says how to go on', async () => {
    await using home = await newHome();
    const { status, stdout, stderr } = await home.faaso(['new', 'demo', '-r', 'node']);
    assert.deepEqual([status, stdout], [0, 'demo/\n']);
    assert.match(stderr, /made {2}demo\/funko\.yml\n(.*\n)*Next: faaso build demo && faaso up demo\n$/);
    assert.match(await readFile(home.path('demo', 'funko.yml'), 'utf8'), /^name: demo$/m);
  });

  it('names the runtimes when none or an unknown one is asked for', async () => {
    await using home = await newHome();
    const none = await home.faaso(['new', 'demo']);
    assert.equal(none.status, 2);
    assert.match(none.stderr, /^faaso: which runtime\? Add -r and one of: .*\bnode\b/);
    const unknown = await home.faaso(['new', 'demo', '-r', 'nod']);
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /Did you mean "node"\?/);
    await assert.rejects(stat(home.path('demo')), { code: 'ENOENT' });
  });

  it('refuses a name that no funko can have, and a folder that holds something', async () => {
    await using home = await newHome();
    const name = await home.faaso(['new', 'My_Funko', '-r', 'node']);
    assert.equal(name.status, 2);
    assert.match(name.stderr, /"My_Funko" .*1 to 40 characters/);
    await writeFunko(home, 'demo');
    const folder = await home.faaso(['new', 'demo', '-r', 'node']);
    assert.equal(folder.status, 1);
    assert.match(folder.stderr, /demo is not empty/);
  });
});
