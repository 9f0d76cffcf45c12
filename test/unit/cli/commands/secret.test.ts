import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';

describe('faaso secret', () => {
  it('sets what comes from stdin, byte for byte, and lists only names', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const first = await home.faaso(['secret', 'set', 'demo', 'API_KEY'], { input: 'hunter2' });
    assert.deepEqual(first, { status: 0, stdout: 'demo: API_KEY is set\n', stderr: '' });
    const second = await home.faaso(['secret', 'set', 'demo', 'API_KEY'], { input: ' hunter3\n' });
    assert.equal(second.stdout, 'demo: API_KEY is changed\n');
    assert.match(second.stderr, /ends with a line break/);
    assert.equal(admin.funkos.secrets.known.get('demo/API_KEY')?.toString(), ' hunter3\n');
    admin.funkos.secrets.wanted = ['API_KEY', 'db'];
    const list = await home.faaso(['secret', 'list', 'demo']);
    assert.equal(list.stdout, 'API_KEY\n');
    assert.match(list.stderr, /needs db, which is not set: faaso secret set demo db/);
    const json = await home.faaso(['secret', 'list', 'demo', '--json']);
    assert.deepEqual(JSON.parse(json.stdout), { funko: 'demo', secrets: ['API_KEY'], missing: ['db'] });
    assert.ok(
      ![first, second, list, json].some(({ stdout, stderr }) => (stdout + stderr).includes('hunter')),
    );
  });

  it('removes with --yes, and says what there is not', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await home.faaso(['secret', 'set', 'demo', 'KEY'], { input: 'x' });
    assert.equal((await home.faaso(['secret', 'remove', 'demo', 'KEY'])).status, 2);
    const removed = await home.faaso(['secret', 'remove', 'demo', 'KEY', '--yes']);
    assert.equal(removed.stdout, 'demo: KEY is removed\n');
    const again = await home.faaso(['secret', 'remove', 'demo', 'KEY', '--yes']);
    assert.deepEqual([again.status, again.stdout], [1, '']);
  });

  it('refuses a name that is none, and a value that is empty or too large', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const set = async (key: string, input: string): Promise<number | null> =>
      (await home.faaso(['secret', 'set', 'demo', key], { input })).status;
    assert.equal(await set('a/b', 'x'), 2);
    assert.equal(await set('KEY', ''), 2);
    assert.equal(await set('KEY', 'x'.repeat(512 * 1024 + 1)), 1);
    assert.equal(admin.funkos.secrets.known.size, 0);
  });
});
