import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { homeAt, startAdmin, type ServerHarness } from '../../../support/cli/server-harness.ts';
import { outcomeOf } from '../../../support/cli/faaso.ts';
import { requestOf } from '../../../support/cli/fake-access-log.ts';

function record(admin: ServerHarness): void {
  admin.funkos.recorded = [
    requestOf('demo'),
    requestOf('shop', {
      method: 'DELETE',
      path: '/funko/shop/\x9b31m\x1b[2Jé',
      status: 502,
      ms: 1234.4,
      bytes: 0,
    }),
    requestOf('demo', { requestId: 'id-2', status: 499, method: null, path: null, instance: null }),
  ];
}

describe('faaso logs --requests', () => {
  it('prints a line for each request, control characters as their codes, or JSON', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    record(admin);
    const { status, stdout } = await home.faaso(['logs', '--requests']);
    const time = '2026-01-31T12:00:00.123Z';
    assert.deepEqual(stdout.split('\n'), [
      `${time}  demo  GET  /funko/demo/  200  4.6 ms  1.2 kB  id-1`,
      `${time}  shop  DELETE  /funko/shop/\\x9b31m\\x1b[2Jé  502  1234 ms  0 B  id-1`,
      `${time}  demo  -       -  499  4.6 ms  1.2 kB  id-2`,
      '',
    ]);
    assert.equal(status, 0);
    const json = await home.faaso(['logs', '--requests', 'shop', '--json', '--tail', '5']);
    assert.ok(!json.stdout.includes('\x9b'));
    assert.deepEqual(JSON.parse(json.stdout), admin.funkos.recorded[1]);
    assert.deepEqual(admin.funkos.accessLogRequests, [
      { follow: false },
      { funkos: ['shop'], follow: false, tail: 5 },
    ]);
  });

  it('asks for the funkos that are named, each once, and goes on with -f until Ctrl-C', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    record(admin);
    const child = home.start([
      'logs',
      '--requests',
      '-f',
      'demo',
      'shop',
      'demo',
      '--since',
      '2026-01-31T12:00:00Z',
    ]);
    const ended = outcomeOf(child);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    assert.equal((await ended).status, 130);
    const since = '2026-01-31T12:00:00.000Z';
    assert.deepEqual(admin.funkos.accessLogRequests, [{ funkos: ['demo', 'shop'], follow: true, since }]);
  });

  it('takes nothing that is about what instances write', async () => {
    await using admin = await startAdmin();
    await using home = await homeAt(admin);
    for (const words of [['--previous'], ['--instance', '2']]) {
      const { status, stderr } = await home.faaso(['logs', '--requests', 'demo', ...words]);
      assert.equal(status, 2);
      assert.match(stderr, new RegExp(`--requests and ${words[0] ?? ''} exclude each other`));
    }
  });
});
