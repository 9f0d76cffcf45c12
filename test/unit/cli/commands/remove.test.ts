import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso down and faaso remove', () => {
  it('say what is gone', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const down = await home.faaso(['down', 'demo']);
    assert.deepEqual(down, { status: 0, stdout: 'demo is down: removed faaso-demo.1\n', stderr: '' });
    const remove = await home.faaso(['remove', '--yes', 'demo']);
    assert.equal(remove.stdout, 'demo is removed: faaso-demo.1, faaso-demo:v2, faaso-demo:v1\n');
    assert.equal(remove.stderr, '');
    const again = await home.faaso(['remove', '--yes', 'demo']);
    assert.deepEqual(again, { status: 1, stdout: '', stderr: 'faaso: There is no funko "demo"\n' });
  });

  it('say it as JSON, one line for each funko', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const down = await home.faaso(['down', 'demo', '--json']);
    assert.deepEqual(JSON.parse(down.stdout), { funko: 'demo', removed: ['faaso-demo.1'] });
    const { stdout } = await home.faaso(['remove', '--yes', 'demo', '--json']);
    const gone = {
      funko: 'demo',
      removed: ['faaso-demo.1'],
      images: ['faaso-demo:v1'],
      volumes: [],
      kept: [],
      secrets: false,
    };
    assert.deepEqual(JSON.parse(stdout), gone);
  });
});
