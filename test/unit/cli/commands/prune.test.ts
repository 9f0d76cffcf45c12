import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';

describe('faaso prune', () => {
  it('prints what is gone on stdout, and how much on stderr', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    assert.deepEqual(await home.faaso(['prune']), {
      status: 0,
      stdout: 'faaso-demo:v1\n',
      stderr: 'Removed 1 old version, and 1.2 MB of build cache\n',
    });
    assert.deepEqual(admin.funkos.pruned, {});
  });

  it('passes on the names, how many versions stay and how large the cache may be', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const words = ['prune', 'demo', 'shop', '--keep', '1', '--cache', '500M', '--json'];
    const { stdout } = await home.faaso(words);
    assert.deepEqual(JSON.parse(stdout), { removed: ['faaso-demo:v1'], cacheBytes: 1_234_567 });
    assert.deepEqual(admin.funkos.pruned, { funkos: ['demo', 'shop'], keep: 1, cacheBytes: 500 * 1024 ** 2 });
  });

  it('refuses a number or a size that is none', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const words of [
      ['--keep', '0'],
      ['--keep', 'x'],
      ['--cache', '5X'],
      ['--size', '5 iB'],
      ['--size', '5 MB'],
    ]) {
      assert.equal((await home.faaso(['prune', ...words])).status, 2);
    }
    assert.equal(admin.funkos.pruned, undefined);
  });

  it('takes a size as funko.yml does, too', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const [size, bytes] of [
      ['500 MiB', 500 * 1024 ** 2],
      ['2GiB', 2 * 1024 ** 3],
      ['2g', 2 * 1024 ** 3],
      ['512 B', 512],
      ['512', 512],
    ] as const) {
      assert.equal((await home.faaso(['prune', '--size', size])).status, 0, size);
      assert.deepEqual(admin.funkos.pruned, { bytes });
    }
  });
});
