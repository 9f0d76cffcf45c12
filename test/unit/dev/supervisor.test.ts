import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { it } from 'node:test';
import { heard, supervised } from '../../../src/dev/supervisor.ts';
import { devInstanceName, funkosOf } from '../../../src/funko/naming/container-names.ts';

it('what the supervisor says is told from what the program writes, also after a line without an end', () => {
  const mark = supervised([])[3] ?? '';
  assert.deepEqual(heard('faaso ended 3'), { text: 'faaso ended 3', said: null });
  assert.deepEqual(heard(`${mark} ended 3`), { text: null, said: { type: 'ended', exitCode: 3 } });
  assert.deepEqual(heard(`half a line${mark} restarted`), {
    text: 'half a line',
    said: { type: 'restarted' },
  });
});

it('the supervisor is a script that a shell of POSIX reads', async () => {
  const [shell, , script = ''] = supervised(['true']);
  const child = spawn(shell, ['-n'], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(script);
  const status = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(status, 0);
});

it('no proxy takes a container of faaso dev for a funko', () => {
  assert.deepEqual(funkosOf(devInstanceName('hello', 1), ['0123456789ab'], { 'faaso.dev': 'hello' }), []);
});
