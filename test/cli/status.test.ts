import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from './admin-under-test.ts';
import { statusOf } from './fake-funkos.ts';

describe('faaso status', () => {
  it('is a table on stdout', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const { status, stdout, stderr } = await home.faaso(['status']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^FUNKO +STATE .*\ndemo +ready +v2 +faaso-demo\.1 +v2 +ready +0 +\d+ d\n$/);
  });

  it('is the statuses as they are with --json', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const none = await home.faaso(['status', '--json']);
    assert.deepEqual([none.status, none.stdout, none.stderr], [0, '[]\n', '']);
    for (const name of ['blog', 'demo', 'shop']) admin.funkos.known.set(name, statusOf(name));
    const some = await home.faaso(['status', 'demo', 'shop', '--json']);
    assert.deepEqual(JSON.parse(some.stdout), [statusOf('demo'), statusOf('shop')]);
  });

  it('measures the disk when it is asked to, in the table and as JSON', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const name of ['by-hand', 'demo']) admin.funkos.known.set(name, statusOf(name));
    const { stdout } = await home.faaso(['status', '--disk']);
    assert.match(
      stdout,
      /^FUNKO +STATE +NEWEST +DISK +INSTANCE .*\nby-hand +ready +v1 +- .*\ndemo +ready +v1 +2\.5 MB +faaso-/,
    );
    const json = await home.faaso(['status', 'demo', '--disk', '--json']);
    const disk = { name: 'demo', bytes: 2_500_000, versions: [{ version: 'v1', bytes: 1000 }] };
    assert.deepEqual(JSON.parse(json.stdout), [{ ...statusOf('demo'), disk }]);
  });

  it('shows those that are there when one is not, and exits 1', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const { status, stdout, stderr } = await home.faaso(['status', 'demo', 'none']);
    assert.equal(status, 1);
    assert.match(stdout, /^demo /m);
    assert.match(stderr, /^faaso: none: There is no funko "none"\nfaaso: 1 of 2 failed: none\n$/);
  });

  it('says so when the server is not in step with its engine', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.readyz = {
      status: 503,
      body: { status: 'stale', since: '2026-01-02T03:04:05Z', reason: 'no engine' },
    };
    const { status, stdout, stderr } = await home.faaso(['status', '--json']);
    assert.deepEqual([status, stdout], [0, '[]\n']);
    assert.equal(
      stderr,
      'warning: the server is not in step with its engine: stale since 2026-01-02T03:04:05Z: no engine\n',
    );
  });

  it('does not mind a reader that has seen enough', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const child = home.start(['status', '--json']);
    child.stdout.destroy();
    child.stderr.resume();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});
