import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from '../../../support/cli/server-harness.ts';
import { outcomeOf } from '../../../support/cli/faaso.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

describe('faaso logs', () => {
  it('prints each line with its instance, or as JSON', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const { status, stdout } = await home.faaso(['logs', 'demo', '--tail', '5', '--instance', '1']);
    assert.deepEqual([status, stdout], [0, 'demo.1  hello\n']);
    assert.deepEqual(admin.funkos.requests, [{ name: 'demo', follow: false, tail: 5, instance: '1' }]);
    const json = await home.faaso(['logs', 'demo', '--json', '--since', '10m']);
    const { instance, text: line, stream } = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepEqual([instance, line, stream], ['faaso-demo.1', 'hello', 'stdout']);
  });

  it('takes a length of time or an ISO time for --since, and guesses at nothing else', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    for (const [text, since] of [
      ['2026-01-31T12:00:00+01:00', '2026-01-31T11:00:00.000Z'],
      ['2026-01-31T12:00', '2026-01-31T12:00:00.000Z'],
      ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ] as const) {
      await home.faaso(['logs', 'demo', '--since', text], { environment: { TZ: 'UTC' } });
      assert.deepEqual(admin.funkos.requests.pop(), { name: 'demo', follow: false, since });
    }
    for (const text of ['yesterday', '10', '1767225600', 'Jan 1', '2026', '2026-13-01', '10 m']) {
      const { status, stderr } = await home.faaso(['logs', 'demo', '--since', text]);
      assert.equal(status, 2, text);
      assert.equal(stderr.includes(`A number needs its unit, as in ${text}m.`), /^\d+$/.test(text), stderr);
    }
  });

  it('prints all that is there of several funkos by time, each with its name and time; one that fails does not keep the others from it', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const name of ['demo', 'shop']) admin.funkos.known.set(name, statusOf(name));
    const at = (second: number): string => `2026-01-01T00:00:0${second}.000000001Z`;
    admin.funkos.logged.written.set('demo', [
      { time: at(1), text: 'first' },
      { time: at(3), text: 'th', partial: true },
      { time: at(3), text: 'ird\r' },
    ]);
    admin.funkos.logged.written.set('shop', [
      { time: at(2), text: 'second' },
      { time: at(4), text: 'fourth' },
    ]);
    const { status, stdout } = await home.faaso(['logs', '-t']);
    assert.deepEqual(stdout.split('\n'), [
      `demo.1  ${at(1)}  first`,
      `shop.1  ${at(2)}  second`,
      `demo.1  ${at(3)}  third\r`,
      `shop.1  ${at(4)}  fourth`,
      '',
    ]);
    assert.equal(status, 0);
    const some = await home.faaso(['logs', 'shop', 'lost', 'shop']);
    assert.equal(some.stdout, 'shop.1  second\nshop.1  fourth\n');
    assert.match(some.stderr, /lost: There is no funko "lost"/);
    assert.equal(some.status, 1);
  });

  it('says of a funko without an instance what became of the last one, and shows what that wrote', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', { ...statusOf('demo'), instances: [] });
    const down = await home.faaso(['logs', 'demo']);
    assert.deepEqual([down.status, down.stdout], [1, '']);
    assert.match(down.stderr, /^demo is down: no instance of it is there, and no log/);
    const removedAt = '2026-01-31T12:00:00.123Z';
    const gone = {
      instance: 'faaso-demo.1',
      version: 'v1',
      removedAt,
      reason: 'did not get ready: boom.',
      leftOut: 7,
    };
    admin.funkos.logged.kept.set('demo', [gone]);
    const { status, stderr } = await home.faaso(['logs', 'demo']);
    assert.equal(status, 1);
    assert.match(stderr, /faaso-demo\.1 \(v1\) did not get ready: boom \(2026-01-31T12:00:00Z\); 7 lines/);
    assert.match(stderr, /faaso logs --previous demo/);
    const previous = await home.faaso(['logs', '--previous', 'demo']);
    assert.equal(previous.status, 0);
    assert.deepEqual(admin.funkos.requests.at(-1), { name: 'demo', follow: false, previous: true });
    assert.equal((await home.faaso(['logs', '-pf', 'demo'])).status, 2);
  });

  it('goes on with -f until Ctrl-C', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    admin.funkos.known.set('demo', statusOf('demo'));
    const child = home.start(['logs', 'demo', '-f']);
    const ended = outcomeOf(child);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    assert.equal((await ended).status, 130);
  });

  it('also follows funkos that come to be meanwhile, unless some are named', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    const child = home.start(['logs', '-f', '--tail', '0']);
    const ended = outcomeOf(child);
    admin.funkos.known.set('early', statusOf('early'));
    await once(child.stdout, 'data');
    admin.funkos.known.set('late', statusOf('late'));
    await until(child.stdout, /late\.1 +hello/);
    child.kill('SIGINT');
    assert.equal((await ended).status, 130);
    const { requests } = admin.funkos;
    assert.deepEqual(requests.at(-1), { name: 'late', follow: true });
    assert.equal(requests.length, 2);
  });
});

/** Until the output holds it. */
async function until(output: Readable, wanted: RegExp): Promise<void> {
  for (let text = ''; !wanted.test(text);) {
    const [chunk] = (await once(output, 'data')) as [Buffer | string];
    text += String(chunk);
  }
}
