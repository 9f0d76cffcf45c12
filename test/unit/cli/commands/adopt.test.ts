import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso adopt and release', () => {
  it('says which funko a container is of now, and whether it was already', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const { status, stdout, stderr } = await home.faaso(['adopt', 'mine', 'demo']);
    assert.deepEqual([status, stdout], [0, 'mine is an instance of demo, on faaso-net\n']);
    assert.match(stderr, /faaso status demo/);
    const again = await home.faaso(['adopt', 'faaso-demo.1', 'demo']);
    assert.match(again.stdout, /^faaso-demo.1 is an instance of demo already/);
    const { stdout: json } = await home.faaso(['adopt', 'mine', 'demo', '--json']);
    assert.deepEqual(JSON.parse(json), {
      funko: 'demo',
      container: 'mine',
      network: 'faaso-net',
      unchanged: false,
    });
  });

  it('lets go, and passes on why it can’t', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    assert.equal((await home.faaso(['release', 'mine'])).stdout, 'released, and running on: mine\n');
    const { status, stderr } = await home.faaso(['release', 'nobody']);
    assert.deepEqual([status, stderr], [1, 'faaso: There is no container "nobody".\n']);
  });

  it('has the server refuse what is no container’s name', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const { status, stderr } = await home.faaso(['adopt', '../etc', 'demo']);
    assert.equal(status, 1);
    assert.match(stderr, /container.*the name or ID of a container/);
  });
});
