import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { homeAt, startAdmin } from './admin-under-test.ts';
import { outcomeOf } from './faaso.ts';
import { statusOf } from './fake-funkos.ts';

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
});
