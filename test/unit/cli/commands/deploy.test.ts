import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaasoError } from '../../../../src/errors.ts';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { writeFunko } from '../../../support/cli/faaso.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso deploy', () => {
  it('builds, then puts that version into service, and prints its URL', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    const { status, stdout, stderr } = await home.faaso(['deploy', 'demo']);
    assert.deepEqual([status, stdout], [0, `${admin.url}/funko/demo/\n`]);
    const lines = stderr.split('\n').filter((line) => !line.startsWith('warning'));
    assert.deepEqual(lines.slice(-6), [
      'Built demo v1 in 1.5 s',
      '  starting  faaso-demo.1 (v1)',
      '  ready     faaso-demo.1 after 0.4 s',
      'demo v1 is in service',
      admin.urlsOf('demo')[0],
      '',
    ]);
  });

  it('refuses two folders of one name before anything is asked, as build and up do', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const folder of ['z', 'z2']) await writeFunko(home, folder, 'name: shop\n');
    await writeFunko(home, 'demo');
    for (const command of ['deploy', 'build', 'up']) {
      const { status, stdout, stderr } = await home.faaso([command, 'demo', 'z', './z2', 'none']);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(
        stderr,
        /^faaso: z and \.\/z2 are both the funko "shop"; give one of them, or another name/,
      );
    }
    assert.deepEqual(admin.authorizations, []);
  });

  it('starts nothing when the build fails', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.buildFailure = new FaasoError('build_failed', 'The build failed: no luck');
    await writeFunko(home, 'demo');
    const { status, stdout, stderr } = await home.faaso(['deploy', 'demo']);
    assert.deepEqual([status, stdout], [1, '']);
    assert.doesNotMatch(stderr, /starting/);
  });
});

describe('faaso rollback', () => {
  it('goes back to the version before, or to the one that is named', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 3));
    const before = await home.faaso(['rollback', 'demo']);
    assert.deepEqual([before.status, before.stdout], [0, `${admin.url}/funko/demo/\n`]);
    assert.match(
      before.stderr,
      /^Rolling demo back\n[^]*demo v1 is in service\nhttp:\/\/demo\.localhost:\d+\/\n$/,
    );
    const named = await home.faaso(['rollback', 'demo', 'v2', '--json']);
    assert.equal((JSON.parse(named.stdout) as { version: string }).version, 'v2');
    const wrong = await home.faaso(['rollback', 'demo', '2']);
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /It must be v1, v2, and so on/);
  });
});

describe('faaso scale', () => {
  it('shows how many instances are asked for, or asks for another number', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    assert.equal((await home.faaso(['scale', 'demo'])).stdout, 'demo v2: 1 of 1 instance\n');
    const { stdout, stderr } = await home.faaso([
      'scale',
      'demo',
      '3',
      '--surge',
      '--steady',
      '0',
      '--no-wait',
    ]);
    assert.equal(stdout, 'demo v2: 3 of 3 instances\n');
    assert.match(stderr, /^Scaling demo to 3\n {2}starting {2}faaso-demo\.2 \(v2\)\n/);
    assert.deepEqual(admin.funkos.requests.at(-1), {
      ...{ name: 'demo', count: 3, steadyMs: 0, surge: true, whenBusy: 'refuse' },
    });
    const worker = await home.faaso(['scale', 'demo', 'mailer=2']);
    assert.match(worker.stderr, /^Scaling mailer of demo to 2\n/);
    assert.deepEqual(admin.funkos.requests.at(-1), { name: 'demo', count: 2, worker: 'mailer' });
    const none = await home.faaso(['scale', 'demo', '0']);
    assert.equal(none.status, 2);
    assert.match(none.stderr, /for none there is "faaso down"/);
  });
});

describe('faaso up --dry-run', () => {
  it('says what would be done', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const { stdout } = await home.faaso(['up', 'demo', '--dry-run']);
    assert.equal(stdout, 'demo v2 would run as faaso-demo.1\n');
    assert.deepEqual(admin.funkos.requests, [{ name: 'demo', dryRun: true }]);
  });
});

describe('faaso versions', () => {
  it('shows each version with its instances, the newest first', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const { stdout } = await home.faaso(['versions', 'demo']);
    const rows = stdout.trimEnd().split('\n');
    assert.match(rows[0] ?? '', /^VERSION +BUILT +SIZE +INSTANCES +IMAGE$/);
    assert.match(rows[1] ?? '', /^v2 +.* ago +0\.0 MB +1 +0$/);
    assert.match(rows[2] ?? '', /^v1 +.* ago +0\.0 MB +- +1$/);
    const json = await home.faaso(['versions', 'demo', '--json']);
    const [newest] = JSON.parse(json.stdout) as { version: string; instances: string[] }[];
    assert.deepEqual([newest?.version, newest?.instances], ['v2', ['faaso-demo.1']]);
  });

  it('tells a preview, which has none of its own, from what was made by hand', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const name of ['demo@v1', 'by-hand']) admin.funkos.known.set(name, statusOf(name, 0));
    const preview = await home.faaso(['versions', 'demo@v1']);
    assert.equal(preview.stderr, 'demo@v1 is a preview of one version; to see all: faaso versions demo\n');
    const byHand = await home.faaso(['versions', 'by-hand']);
    assert.equal(byHand.stderr, 'by-hand is unmanaged: it has no versions\n');
  });
});
