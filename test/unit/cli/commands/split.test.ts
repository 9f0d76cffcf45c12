import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { newHome } from '../../../support/cli/faaso.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso split', () => {
  it('takes two versions with their weights, and shows the result', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const { status, stdout } = await home.faaso(['split', 'demo', 'v1=90', 'v2=10%']);
    assert.deepEqual([status, stdout], [0, 'demo v1: 90 %, faaso-demo.1\ndemo v2: 10 %, faaso-demo.2\n']);
    assert.deepEqual(admin.funkos.requests, [{ name: 'demo', weights: { v1: 90, v2: 10 } }]);
  });

  it('only tells how it is without weights', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const { stdout } = await home.faaso(['split', 'demo', '--json']);
    assert.deepEqual(JSON.parse(stdout), { funko: 'demo', split: [], started: [], removed: [] });
  });

  it('says which version gets all requests, or that none is in service', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const status = statusOf('demo', 2);
    admin.funkos.known.set('demo', status);
    const all = (await home.faaso(['split', 'demo'])).stdout;
    assert.equal(all, 'demo: all requests go to the version that is in service, v2\n');
    admin.funkos.known.set('demo', { ...status, state: 'down', instances: [] });
    const none = (await home.faaso(['split', 'demo'])).stdout;
    assert.equal(none, 'demo: no version is in service; for that: faaso up demo\n');
  });

  it('refuses what is no weight', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const word of ['v1', 'v1=101', '1=50', 'v1=half']) {
      const { status, stderr } = await home.faaso(['split', 'demo', word, 'v2=50']);
      assert.equal(status, 2, word);
      assert.match(stderr, /v8=10/);
    }
  });

  it('refuses weights that do not fit together, before anything is asked', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const words of ['v1=50 v1=50', 'v1=50 v2=40', 'v1=100', 'v1=50 v2=25 v3=25']) {
      const { status, stdout, stderr } = await home.faaso(['split', 'demo', ...words.split(' ')]);
      assert.deepEqual([status, stdout], [2, '']);
      assert.ok(stderr.startsWith(`faaso: the weights are "${words}"; it takes two versions`), stderr);
    }
    assert.deepEqual(admin.authorizations, []);
  });

  it('warns with --local that nothing shares the requests there', async () => {
    await using home = await newHome({ DOCKER_HOST: 'unix:///nowhere.sock' });
    const { stderr } = await home.faaso(['split', '-l', 'demo', 'v1=50', 'v2=50']);
    assert.match(
      stderr,
      /^warning: only a server shares requests: each port that --local publishes leads to one/,
    );
    assert.doesNotMatch((await home.faaso(['split', '-l', 'demo'])).stderr, /warning/);
  });
});
