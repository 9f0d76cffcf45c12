import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { FaasoError } from '../../../../src/errors.ts';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { outcomeOf, writeFunko } from '../../../support/cli/faaso.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso build', () => {
  it('prints the image on stdout, the steps and how to go on on stderr', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    const { status, stdout, stderr } = await home.faaso(['build', 'demo']);
    assert.deepEqual([status, stdout], [0, 'faaso-demo:v1\n']);
    assert.deepEqual(stderr.split('\n'), [
      'Building demo (its own Dockerfile)',
      '  done        1.2 s  [1/1] RUN make',
      'warning: an old habit',
      'Built demo v1 in 1.5 s',
      'To put it into service: faaso up demo',
      '',
    ]);
  });

  it('shows the log and every step with --verbose, and nothing but the result with --quiet', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    const verbose = await home.faaso(['build', 'demo', '--verbose']);
    assert.match(verbose.stderr, /\[internal\] load build definition/);
    assert.match(verbose.stderr, /^ {4}making…$/m);
    const quiet = await home.faaso(['build', 'demo', '--quiet']);
    assert.deepEqual(quiet, { status: 0, stdout: 'faaso-demo:v2\n', stderr: 'warning: an old habit\n' });
  });

  it('says behind whom a build waits; with --quiet when it has waited for a second', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    admin.funkos.build = async ({ context }, onEvent) => {
      context.resume();
      onEvent({ type: 'queued', position: 2, behind: ['a', 'b', 'c', 'd', 'e'] });
      onEvent({ type: 'queued', position: 1, behind: ['a'] });
      await pause(1500);
      onEvent({ type: 'step', id: '1', name: '[1/1] RUN x', state: 'cached' });
      throw new FaasoError('build_failed', 'no');
    };
    const told = await home.faaso(['build', 'demo']);
    assert.match(
      told.stderr,
      /^ {2}waiting {5}number 2 in the queue, behind the builds of a, b, c and 2 more$/m,
    );
    const quiet = await home.faaso(['build', 'demo', '-q']);
    assert.equal(quiet.stderr, '  waiting     first in the queue, behind the build of a\nfaaso: no\n');
  });

  it('prints the result as JSON when asked to', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    const { stdout } = await home.faaso(['build', './demo', '--json']);
    const result = {
      funko: 'demo',
      version: 'v1',
      image: 'faaso-demo:v1',
      unchanged: false,
      reused: false,
      imageId: 'sha256:1',
      seconds: 1.5,
      removed: [],
    };
    assert.deepEqual(JSON.parse(stdout), result);
  });

  it('says that nothing has changed, and which version that is', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    admin.funkos.built.unchanged = true;
    const { status, stdout, stderr } = await home.faaso(['build', 'demo']);
    assert.deepEqual([status, stdout], [0, 'faaso-demo:v1\n']);
    assert.match(
      stderr,
      /^demo is unchanged: v1 was built from the same \(--force builds it all the same\)$/m,
    );
    const { stdout: json } = await home.faaso(['build', 'demo', '--json']);
    assert.equal((JSON.parse(json) as { unchanged: boolean }).unchanged, true);
  });

  it('says how to put a version into service only where it is not', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    admin.funkos.built.unchanged = true;
    const { stderr } = await home.faaso(['build', 'demo']);
    assert.match(stderr, /^demo v1 is in service already$/m);
    assert.doesNotMatch(stderr, /To put it into service/);
    admin.funkos.show = async () => Promise.resolve({ ...statusOf('demo', 1), instances: [] });
    assert.match((await home.faaso(['build', 'demo'])).stderr, /^To put it into service: faaso up demo$/m);
  });

  it('names the Dockerfile of the folder where a runtime is not used', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo', 'name: demo\nruntime: node\n');
    assert.match((await home.faaso(['build', 'demo'])).stderr, /^Building demo \(its own Dockerfile\)$/m);
  });

  it('says that only settings have changed, and that nothing was built', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    admin.funkos.built.reused = true;
    const { stdout, stderr } = await home.faaso(['build', 'demo']);
    assert.equal(stdout, 'faaso-demo:v1\n');
    assert.match(stderr, /^Released demo v1 in 1.5 s: only settings changed, so nothing was built$/m);
  });

  it('passes on what was wished for; a build argument without a value is taken from the environment', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    const words = ['--force', '--no-cache', '--pull', '--build-arg', 'A=1=2', '--build-arg', 'B'];
    const { status } = await home.faaso(['build', 'demo', ...words], { environment: { B: 'b' } });
    assert.equal(status, 0);
    const { force, noCache, pull, buildArgs } = admin.funkos.wishes ?? {};
    assert.deepEqual([force, noCache, pull, buildArgs], [true, true, true, { A: '1=2', B: 'b' }]);
    const missing = await home.faaso(['build', 'demo', '--build-arg', 'NONE']);
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /The environment has no NONE/);
  });

  it("ends with the engine's words and the last lines of the failing step, and exits 1", async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    admin.funkos.buildFailure = new FaasoError(
      'build_failed',
      'process "make" did not complete: exit code: 2',
      {
        details: ['making…', '\u001b[31mError 2\u001b[0m'],
      },
    );
    const { status, stdout, stderr } = await home.faaso(['build', 'demo']);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^ {2}failed .*\[1\/1\] RUN make$/m);
    assert.ok(
      stderr.endsWith('faaso: process "make" did not complete: exit code: 2\n  making…\n  Error 2\n'),
      stderr,
    );
  });

  it('says what is wrong in funko.yml, and sends nothing', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo', 'name: demo\nruntim: node\n');
    const { status, stdout, stderr } = await home.faaso(['build', 'demo']);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^faaso: demo\/funko\.yml:2:1: .*"runtim".*Did you mean "runtime"\?/m);
    assert.equal(admin.authorizations.length, 0);
  });

  it('builds several folders side by side, also when one fails, says whose each line is, and sums up', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const name of ['first', 'last']) await writeFunko(home, name);
    const { status, stdout, stderr } = await home.faaso(['build', 'first', 'none', 'last', 'first']);
    assert.deepEqual([status, stdout.trim().split('\n').sort()], [1, ['faaso-first:v1', 'faaso-last:v1']]);
    assert.match(stderr, /^none {3}faaso: none: there is no such folder/m);
    assert.match(stderr, /^first {2}Building first /m);
    assert.match(stderr, /^last {3}Building last /m);
    assert.match(stderr, /^faaso: 1 of 3 failed: none\n$/m);
  });

  it('cancels the build on the server on Ctrl-C, and exits 130', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    admin.funkos.endless = true;
    const child = home.start(['build', 'demo', '--verbose']);
    const ended = outcomeOf(child);
    while (!String(await once(child.stderr, 'data')).includes('making'));
    child.kill('SIGINT');
    await admin.funkos.cancelled.promise;
    const { status, stdout, stderr } = await ended;
    assert.deepEqual([status, stdout], [130, '']);
    assert.match(stderr, /^faaso: cancelled\n$/m);
  });
});
