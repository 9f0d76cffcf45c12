import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { homeAt, startAdmin, TOKEN } from '../../support/cli/server-harness.ts';
import { statusOf } from '../../support/cli/fake-funkos.ts';
import { answering, newHome, outcomeOf, writeFunko } from '../../support/cli/faaso.ts';

describe('on a terminal', () => {
  it('colours are shown, unless NO_COLOR is set', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const coloured = await outcomeOf(home.startOnTerminal(['status']));
    assert.match(coloured.stdout, /\u001b\[32mready/);
    const plain = await outcomeOf(home.startOnTerminal(['status'], { environment: { NO_COLOR: '1' } }));
    assert.match(plain.stdout, /^demo +ready/m);
    assert.doesNotMatch(plain.stdout, /\u001b/);
  });

  it('a table is folded between words where the terminal is narrow', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const environment = { NO_COLOR: '1' };
    const { stdout } = await outcomeOf(home.startOnTerminal(['status'], { environment, columns: 40 }));
    assert.match(
      stdout,
      /^FUNKO {2}STATE {2}NEWEST {2}INSTANCE\r\n {2}VERSION {2}STATE {2}IN FLIGHT {2}SINCE\r\n {2}URL\r\ndemo/,
    );
  });

  it('elsewhere they are not, unless FORCE_COLOR is set', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    assert.doesNotMatch((await home.faaso(['status'])).stdout, /\u001b/);
    const forced = await home.faaso(['status'], { environment: { FORCE_COLOR: '1' } });
    assert.match(forced.stdout, /\u001b\[32mready/);
  });

  it('remove asks, naming what would go, and removes on yes', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo', 2));
    const { status, stdout } = await answering(home.startOnTerminal(['remove', 'demo']), /\[y\/N\]/, 'y\n');
    assert.match(stdout, /Remove demo: 1 instance, 2 versions, and what secrets it has\? \[y\/N\]/);
    assert.equal(status, 0);
    assert.ok(!admin.funkos.known.has('demo'));
  });

  for (const [keys, expected] of [
    ['\n', 1],
    ['no\n', 1],
    ['\u0003', 130],
  ] as const) {
    it(`remove does nothing on ${JSON.stringify(keys)}, and exits ${expected}`, async () => {
      await using admin = await startAdmin();
      await using home = await homeAt(admin);
      admin.funkos.known.set('demo', statusOf('demo'));
      const { status } = await answering(home.startOnTerminal(['remove', 'demo']), /\[y\/N\]/, keys);
      assert.equal(status, expected);
      assert.ok(admin.funkos.known.has('demo'));
    });
  }

  it('login asks for a token without showing it', async () => {
    await using admin = await startAdmin();
    await using home = await newHome();
    const login = home.startOnTerminal(['login', admin.url, '--token', '-']);
    const { status, stdout } = await answering(login, /not shown/, `${TOKEN}\n`);
    assert.equal(status, 0);
    assert.match(stdout, /logged in to/);
    // What is typed before the program took the echo away, the terminal itself shows: it waits for the question.
    assert.ok(!stdout.includes(TOKEN), stdout);
  });

  it('a build shows the steps that go on, each with its time and the last line of its log', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    await writeFunko(home, 'demo');
    admin.funkos.endless = true;
    const child = home.startOnTerminal(['build', 'demo']);
    const { status, stdout } = await answering(
      child,
      // Any time but the first: it goes on. Which ones are drawn depends on how busy the machine is.
      /running +(?!0\.0)\d+\.\d s {2}\[1\/1\] RUN make\r\n[^]{0,9} {4}making…/,
      '\u0003',
    );
    assert.equal(status, 130);
    assert.doesNotMatch(stdout, /running.*internal/);
  });

  it('secret set asks for the value without showing it, and takes it as it was typed', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const set = home.startOnTerminal(['secret', 'set', 'demo', 'KEY']);
    const { status, stdout } = await answering(set, /not shown/, ' hunter2 \n');
    assert.equal(status, 0);
    assert.ok(!stdout.includes('hunter2'), stdout);
    assert.equal(admin.funkos.secrets.known.get('demo/KEY')?.toString(), ' hunter2 ');
  });
});
