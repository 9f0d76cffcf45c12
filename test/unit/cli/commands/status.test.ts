import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';
import { outcomeOf } from '../../../support/cli/faaso.ts';

/** What a terminal is told before a table is drawn anew. */
const CLEARED = '\u001b[H\u001b[J';

describe('faaso status', () => {
  it('is a table on stdout', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const { status, stdout, stderr } = await home.faaso(['status']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(
      stdout,
      /^FUNKO +STATE .*\ndemo +ready +v2 +faaso-demo\.1 +v2 +ready +0 +\d+ d +http:\/\/demo\.localhost:\d+\/\n$/,
    );
  });

  it('is the statuses as they are with --json', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const none = await home.faaso(['status', '--json']);
    assert.deepEqual([none.status, none.stdout, none.stderr], [0, '[]\n', '']);
    for (const name of ['blog', 'demo', 'shop']) admin.funkos.known.set(name, statusOf(name));
    const some = await home.faaso(['status', 'demo', 'shop', '--json']);
    const expected = ['demo', 'shop'].map((name) => ({
      ...statusOf(name),
      url: `${admin.url}/funko/${name}/`,
      urls: admin.urlsOf(name),
    }));
    assert.deepEqual(JSON.parse(some.stdout), expected);
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
    assert.deepEqual(JSON.parse(json.stdout), [
      { ...statusOf('demo'), url: `${admin.url}/funko/demo/`, urls: admin.urlsOf('demo'), disk },
    ]);
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

  it('ends without a word when its reader has seen enough', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const child = home.start(['status', '--json']);
    child.stdout.destroy();
    const stderr = text(child.stderr);
    assert.deepEqual(await once(child, 'exit'), [141, null]);
    assert.equal(await stderr, '');
  });

  it('goes on with --watch, says what has changed, and outlives a server that has nothing to say for a while', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const where = { url: `${admin.url}/funko/demo/`, urls: admin.urlsOf('demo') };
    const child = home.start(['status', 'demo', '--watch', '--json']);
    const ended = outcomeOf(child);
    assert.deepEqual(JSON.parse(await nextOf(child.stdout)), [{ ...statusOf('demo'), ...where }]);
    admin.funkos.known.delete('demo');
    assert.match(await nextOf(child.stderr), /warning: .*demo/);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    assert.deepEqual(JSON.parse(await nextOf(child.stdout)), [{ ...statusOf('demo', 2), ...where }]);
    child.kill('SIGINT');
    const { status, stdout } = await ended;
    assert.deepEqual([status, stdout.split('\n').length], [130, 3]);
  });

  it('draws the table anew with --watch on a terminal, no wider and no higher than that', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (let number = 1; number <= 40; number += 1)
      admin.funkos.known.set(`demo-${number}`, statusOf(`demo-${number}`));
    const child = home.startOnTerminal(['status', '--watch'], { environment: { NO_COLOR: '1' } });
    const ended = outcomeOf(child);
    let shown = '';
    let stopped = false;
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (stopped || shown.split(CLEARED).length < 3) return;
      stopped = true;
      child.stdin.write('\u0003');
    });
    assert.equal((await ended).status, 130);
    child.stdin.destroy();
    const [, first = ''] = shown.split(CLEARED);
    const lines = first.trimEnd().split('\r\n');
    assert.ok(lines.length < 24 && lines.every((line) => line.length <= 80), first);
    assert.equal(lines.at(-1), '…');
  });

  it('starts no watch where nobody answers', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    assert.equal((await home.faaso(['status', 'nope', '--watch'])).status, 1);
    assert.equal((await home.faaso(['status', '--watch', '--disk'])).status, 2);
  });
});

/** What comes next, up to the end of a line. */
async function nextOf(stream: NodeJS.ReadableStream): Promise<string> {
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  return chunk.toString();
}
