import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { poll } from '../../../support/engine/wait.ts';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { outcomeOf } from '../../../support/cli/faaso.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso exec', () => {
  it('passes both outputs and the input on, and exits as the program does', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const words = ['exec', 'demo', '--instance', '1', '--', 'tool', '-l', '-x', '7'];
    const { status, stdout, stderr } = await home.faaso(words, { input: 'a\nb\n' });
    assert.deepEqual([status, stdout, stderr], [7, 'a\nb\n', 'runs tool -l -x 7\n']);
    assert.deepEqual(admin.funkos.requests, [
      { name: 'demo', command: ['tool', '-l', '-x', '7'], instance: '1' },
    ]);
  });

  it('passes on much more than may be under way at once', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const input = '0123456789abcdef'.repeat(300_000);
    const { status, stdout, stderr } = await home.faaso(['exec', 'demo', '--', 'cat'], { input });
    assert.deepEqual([status, stderr], [0, 'runs cat\n']);
    assert.ok(stdout === input);
  });

  it('ends the program on Ctrl-C', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const child = home.start(['exec', 'demo', '--', 'forever']);
    child.stderr.once('data', () => child.kill('SIGINT'));
    const { status } = await outcomeOf(child);
    assert.equal(status, 130);
    await admin.funkos.cancelled.promise;
  });

  it('wants the program set off, and a terminal for --tty', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const bare = await home.faaso(['exec', 'demo', 'ls']);
    assert.deepEqual(
      [bare.status, bare.stderr],
      [2, 'faaso: put "--" before the program: faaso exec demo -- …\n'],
    );
    const piped = await home.faaso(['exec', '-t', 'demo', '--', 'sh']);
    assert.equal(piped.status, 2);
    assert.match(piped.stderr, /--tty needs a terminal/);
    const unknown = await home.faaso(['exec', 'nobody', '--', 'sh']);
    assert.deepEqual([unknown.status, unknown.stderr], [1, 'faaso: There is no funko "nobody"\n']);
  });

  it('on a terminal passes every key on, Ctrl-C too, and gives the terminal back', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const child = home.startOnTerminal(['exec', 'demo', '--', 'shell', '5']);
    const ended = outcomeOf(child);
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => void (shown += chunk.toString()));
    await poll(
      'its start',
      async () => Promise.resolve(shown),
      (text) => text.includes('runs shell 5 on '),
    );
    child.stdin.write('x\u0003\u0004');
    const { status, stdout } = await ended;
    child.stdin.destroy();
    assert.equal(status, 5);
    assert.match(stdout, /runs shell 5 on \d+x\d+\r\nx\u0003\u0004/);
  });

  it('on a terminal gives the program none with -T', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const child = home.startOnTerminal(['exec', '-T', 'demo', '--', 'forever']);
    child.stdout.once('data', () => child.stdin.write('\u0003'));
    const { status, stdout } = await outcomeOf(child);
    child.stdin.destroy();
    assert.equal(status, 130);
    assert.doesNotMatch(stdout, / on \d/);
  });
});

describe('the path of an exec', () => {
  const first = '{"type":"start","command":["tool"]}\n';
  for (const [what, body] of [
    ['a start without a command', '{"type":"start"}\n'],
    ['an empty command', '{"type":"start","command":[]}\n'],
    ['nothing', ''],
    ['what is no JSON', 'hunter2\n'],
    ['a line of no known type', `${first}{"type":"hunter2"}\n`],
    ['data that is no base64', `${first}{"type":"stdin","data":"hunter2!"}\n`],
    ['a size without rows', `${first}{"type":"resize","columns":80}\n`],
  ]) {
    it(`refuses ${what}, and does not repeat it`, async () => {
      await using admin = await startAdmin();
      admin.funkos.known.set('demo', statusOf('demo'));
      const answer = await fetch(`${admin.url}/admin/funkos/demo/exec`, {
        method: 'POST',
        headers: { authorization: 'Bearer the-right-token', 'content-type': 'application/x-ndjson' },
        body: body ?? '',
      });
      const text = await answer.text();
      assert.match(text, /"code":"bad_request"/);
      assert.doesNotMatch(text, /hunter2/);
    });
  }
});
