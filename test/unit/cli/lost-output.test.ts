import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { homeAt, startAdmin, type ServerHarness } from '../../support/cli/server-harness.ts';
import { newHome, outcomeOf, type Child, type Home, type Outcome } from '../../support/cli/faaso.ts';
import { statusOf } from '../../support/cli/fake-funkos.ts';

const faaso = `${process.execPath} ${fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))}`;

/** What a reader like `head -1` does: it takes something, and goes. Gives the exit status. */
async function readOnce(child: Child, stream: 'stdout' | 'stderr' = 'stdout'): Promise<unknown> {
  const exited = once(child, 'exit');
  await once(child[stream], 'data');
  child[stream].destroy();
  return (await exited)[0];
}

async function adminWithDemo(): Promise<ServerHarness> {
  const admin = await startAdmin();
  admin.funkos.known.set('demo', statusOf('demo'));
  return admin;
}

describe('a reader of the output that goes', () => {
  for (const stream of ['stdout', 'stderr'] as const) {
    it(`ends an exec that writes to ${stream} and never stops, and the program is told to hang up`, async () => {
      await using admin = await adminWithDemo();
      await using home = await homeAt(admin);
      assert.equal(await readOnce(home.start(['exec', 'demo', '--', `flood-${stream}`]), stream), 141);
      await admin.funkos.cancelled.promise;
    });
  }

  it('ends logs that are followed, without a word', async () => {
    await using admin = await adminWithDemo();
    await using home = await homeAt(admin);
    const child = home.start(['logs', 'demo', '-f']);
    const [status, stderr] = await Promise.all([readOnce(child), text(child.stderr)]);
    assert.deepEqual([status, stderr], [141, '']);
    await admin.funkos.cancelled.promise;
  });

  it('ends a status that is watched, at its next change', async () => {
    await using admin = await adminWithDemo();
    await using home = await homeAt(admin);
    const child = home.start(['status', '--watch', '--json']);
    const ended = readOnce(child);
    await once(child.stdout, 'close');
    admin.funkos.known.set('shop', statusOf('shop'));
    assert.equal(await ended, 141);
  });
});

describe('the command line where it cannot work', () => {
  it('tells in one line of output that cannot be written', async () => {
    await using home = await newHome();
    assert.deepEqual(await inShell(home, `exec ${faaso} help > /dev/full`), {
      ...{ status: 1, stdout: '' },
      stderr: 'faaso: cannot write: no space left on device\n',
    });
  });

  it('tells in one line of a folder that was removed', async () => {
    await using home = await newHome();
    assert.deepEqual(await inShell(home, `mkdir gone; cd gone; rmdir ../gone; exec ${faaso} version`), {
      ...{ status: 1, stdout: '' },
      stderr: 'faaso: this folder is gone; go to another one: cd\n',
    });
  });
});

async function inShell({ folder }: Home, line: string): Promise<Outcome> {
  return outcomeOf(spawn('sh', ['-c', line], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] }));
}
