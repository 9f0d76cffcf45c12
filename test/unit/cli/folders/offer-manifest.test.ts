import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { homeWith, manifestOf, put } from '../../../support/cli/code-folder.ts';
import { answering } from '../../../support/cli/faaso.ts';

describe('a folder with code and without a funko.yml', () => {
  for (const command of ['build', 'deploy', 'dev']) {
    it(`faaso ${command} without a terminal shows what it would write, and how`, async () => {
      await using home = await homeWith(['hello.sh']);
      for (const { status, stderr } of [
        await home.faaso([command, './code']),
        await home.faaso([command, 'code']),
      ]) {
        assert.equal(status, 2);
        assert.match(
          stderr,
          /code has no funko\.yml; add --yes to write this one .* faaso init (\.\/)?code\n/,
        );
        assert.match(stderr, /Found hello\.sh: the runtime is shell\n/);
        assert.match(stderr, /\n {6}name: code\n {6}runtime: shell\n {6}options:\n {8}entry: hello\.sh\n$/);
      }
      assert.deepEqual(await readdir(home.path('code')), ['hello.sh']);
    });
  }

  it('is written with --yes, and goes into service', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await put(home, 'code/hello.sh');
    await put(home, 'other/hello.pl');
    const { status, stderr } = await home.faaso(['deploy', 'code', '--yes']);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^Found hello\.sh: the runtime is shell\n {2}made {2}code\/funko\.yml/);
    assert.match(stderr, /\ncode v\d+ is in service/);
    const untold = await home.faaso(['deploy', 'other', '--yes']);
    assert.equal(untold.status, 2);
    assert.match(untold.stderr, /nothing in other tells its runtime; say which: faaso init other -r .*node/);
  });

  it('is written for each of several folders, and for none of several words that are funkos', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await put(home, 'one/hello.sh');
    await put(home, 'two/hello.sh');
    const { status, stderr } = await home.faaso(['build', 'one', 'two', '--yes']);
    assert.equal(status, 0, stderr);
    assert.deepEqual(await manifestOf(home, 'two'), {
      name: 'two',
      runtime: 'shell',
      options: { entry: 'hello.sh' },
    });
    await put(home, 'plain/hello.sh');
    assert.doesNotMatch((await home.faaso(['up', 'plain'])).stderr, /no funko\.yml/);
  });

  it('takes the likeliest runtime with --yes, and names the others', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await put(home, 'code/go.mod', 'module code\n');
    await put(home, 'code/package.json', '{}');
    const { stderr } = await home.faaso(['build', 'code', '--yes']);
    assert.match(
      stderr,
      /Found go\.mod: the runtime is go\nIt may also be node \(package\.json\): faaso init code -r node\n/,
    );
  });

  it('is shown and asked for on a terminal; Enter writes it', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await put(home, 'code/hello.sh');
    const no = await answering(home.startOnTerminal(['deploy', 'code']), /\[Y\/n\]/, 'n\n');
    assert.equal(no.status, 2);
    assert.match(no.stdout, /code\/funko\.yml was not written; to choose: faaso init code -r RUNTIME/);
    const { stdout } = await answering(home.startOnTerminal(['deploy', 'code']), /\[Y\/n\]/, '\n');
    assert.match(
      stdout,
      /Found hello\.sh: the runtime is shell\r\ncode\/funko\.yml would be:\r\n {4}name: code/,
    );
    assert.deepEqual(await manifestOf(home), {
      name: 'code',
      runtime: 'shell',
      options: { entry: 'hello.sh' },
    });
  });
});
