import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso env', () => {
  it('sets variables, of a file and of the command line, and puts the new version into service', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    await writeFile(join(home.folder, 'some.env'), 'A=from file\nB="two words"\n# no\n');
    const set = await home.faaso(['env', 'set', 'demo', 'A=x=y', '--env-file', 'some.env']);
    assert.equal(set.status, 0, set.stderr);
    assert.match(set.stderr, /Made demo v3 from v2, with the new variables\n[^]*demo v3 is in service/);
    assert.match(set.stdout, /^http:.*\/funko\/demo\/\n$/);
    assert.deepEqual(admin.funkos.envRequests.at(-1), {
      name: 'demo',
      set: { A: 'x=y', B: 'two words' },
      unset: [],
    });
    assert.deepEqual(admin.funkos.requests.at(-1), { name: 'demo', version: 'v3' });
    const list = await home.faaso(['env', 'list', 'demo']);
    assert.equal(
      list.stdout,
      'NAME      VALUE      FROM\nGREETING  Hello      funko.yml\nA         x=y        set\nB         two words  set\n',
    );
  });

  it('only makes the version with --no-up, or where nothing is in service', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const set = await home.faaso(['env', 'set', 'demo', 'A=1', '--no-up']);
    assert.equal(set.stdout, 'v3\n');
    assert.match(set.stderr, /To put it into service: faaso up demo --version v3/);
    assert.deepEqual(admin.funkos.requests, []);
    admin.funkos.inService = false;
    const unset = await home.faaso(['env', 'unset', 'demo', 'A', '--json']);
    assert.equal((JSON.parse(unset.stdout) as { version: string }).version, 'v4');
    assert.deepEqual(admin.funkos.requests, []);
  });

  it('says what is wrong with a command that sets nothing, and names a file that is not there', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const nothing = await home.faaso(['env', 'set', 'demo']);
    assert.equal(nothing.status, 2);
    assert.match(nothing.stderr, /nothing to set; give NAME=VALUE or --env-file FILE/);
    const unknown = await home.faaso(['env', 'set', 'demo', 'NO_SUCH_VARIABLE']);
    assert.match(
      unknown.stderr,
      /the environment has no variable NO_SUCH_VARIABLE; write NO_SUCH_VARIABLE=VALUE/,
    );
    const file = await home.faaso(['env', 'set', 'demo', '--env-file', 'nosuch']);
    assert.equal(file.status, 1);
    assert.match(file.stderr, /nosuch can't be read/);
    assert.deepEqual(admin.funkos.envRequests, []);
  });
});
