import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { FaasoError } from '../../../../src/errors.ts';
import { unknownFunko } from '../../../../src/lifecycle/state/not-found.ts';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { outcomeOf, writeFunko } from '../../../support/cli/faaso.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso up', () => {
  it('prints the URL on stdout and what happened on stderr', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const { status, stdout, stderr } = await home.faaso(['up', 'demo']);
    assert.deepEqual([status, stdout], [0, `${admin.url}/funko/demo/\n`]);
    assert.deepEqual(stderr.split('\n'), [
      'Starting demo',
      '  starting  faaso-demo.1 (v2)',
      '  ready     faaso-demo.1 after 0.4 s',
      'demo v2 is in service',
      admin.urlsOf('demo')[0],
      '',
    ]);
  });

  it('says nothing of a start before there is something to start, nor do the other roll-outs', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const words of [['up'], ['restart'], ['rollback'], ['scale', '2'], ['split', 'v1=50', 'v2=50']]) {
      const [command = '', ...rest] = words;
      const { status, stderr } = await home.faaso([command, 'nosuch', ...rest]);
      assert.equal(status, 1);
      assert.match(stderr, /^faaso: There is no funko "nosuch".*\n$/);
    }
    admin.funkos.known.set('demo', statusOf('demo', 2));
    admin.funkos.up = async ({ name }) => {
      const instances = [`faaso-${name}.1`];
      const there = { instance: instances[0] ?? '', instances, replaced: [], unchanged: true, url: null };
      return Promise.resolve({ funko: name, version: 'v2', ...there });
    };
    const { stderr } = await home.faaso(['up', 'demo']);
    assert.equal(stderr, `demo v2 is in service already\n${admin.urlsOf('demo')[0]}\n`);
  });

  it('says what it is at when that takes a while to begin', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const begun = Promise.withResolvers<never>();
    admin.funkos.up = async () => begun.promise;
    const child = home.start(['up', 'demo']);
    const [said] = (await once(child.stderr, 'data')) as [Buffer];
    assert.equal(String(said), 'Starting demo\n');
    begun.reject(new FaasoError('conflict', 'enough'));
    assert.equal((await outcomeOf(child)).stderr, 'faaso: enough\n');
  });

  it('takes the name out of a folder, and an older version when told to', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('web-shop', statusOf('web-shop', 2));
    await writeFunko(home, 'shop', 'name: web-shop\n');
    const { stdout } = await home.faaso(['up', 'shop', '--version', 'v1', '--json']);
    const { funko, version, url, urls } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual(
      { funko, version, url, urls },
      {
        funko: 'web-shop',
        version: 'v1',
        url: `${admin.url}/funko/web-shop/`,
        urls: admin.urlsOf('web-shop'),
      },
    );
  });

  it('tells to build what was never built', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    const folder = await home.faaso(['up', './demo']);
    assert.deepEqual([folder.status, folder.stdout], [1, '']);
    assert.match(folder.stderr, /There is no version of demo yet\. Build it first: faaso build \.\/demo\n$/);
    const name = await home.faaso(['up', 'dmo']);
    assert.match(name.stderr, /There is no funko "dmo", or build it first: faaso build FOLDER\n$/);
    admin.funkos.show = () => Promise.reject(unknownFunko({ publishes: false }, 'dmo', ['demo']));
    const { stderr } = await home.faaso(['up', 'dmo']);
    assert.match(stderr, /"dmo"\. Did you mean "demo"\? Or build it first: faaso build FOLDER\n$/);
  });

  it('shows what a release command writes, and the end of that once only', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const instance = 'faaso.release-demo';
    admin.funkos.up = async (_request, onEvent) => {
      onEvent({ type: 'releasing', instance, version: 'v2', command: 'npm run migrate' });
      onEvent({ type: 'log', instance, stream: 'stdout', text: 'table \u001b[31musers' });
      await Promise.resolve();
      throw new FaasoError('release_failed', 'The release command of demo v2 ended with exit code 1.', {
        details: ['table users'],
      });
    };
    const failed = 'faaso: The release command of demo v2 ended with exit code 1.';
    const { status, stderr } = await home.faaso(['up', 'demo']);
    assert.equal(status, 1);
    assert.deepEqual(stderr.split('\n'), [
      'Starting demo',
      '  releasing v2: npm run migrate',
      '  | table users',
      failed,
      '',
    ]);
    assert.equal((await home.faaso(['up', '--quiet', 'demo'])).stderr, `${failed}\n  table users\n`);
  });
});
