/** A large folder is sent as it is read: neither the command nor the server holds it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScenarioHarness } from '../../support/scenarios/scenario-harness.ts';
import { newHome, outcomeOf, writeFunko } from '../../support/cli/faaso.ts';

const MIB = 1024 * 1024;
const FILES = 10;
const FILE_MIB = 30;
/** What a process may have more at its peak than a command that sends next to nothing; all the folder would be 300. */
const MORE_MIB = 150;

let world: ScenarioHarness;
before(async () => {
  world = await ScenarioHarness.start();
});
after(async () => world[Symbol.asyncDispose]());

/** A number in what the system says of a process; 0 when that is gone. */
async function figureOf(pid: number, key: 'PPid' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

/** The most memory that a process has had, in MiB. */
async function peakOf(pid: number): Promise<number> {
  return (await figureOf(pid, 'VmHWM')) / 1024;
}

test('a folder of 300 MiB is built by the server with flat memory on both sides', async () => {
  const [worker = 0] = await world.workers();
  const server = await figureOf(worker, 'PPid');
  const name = world.name('large');
  await using home = await newHome({ FAASO_SERVER: world.url, FAASO_TOKEN: world.token });
  await writeFunko(home, name);
  await writeFile(home.path(name, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
  const build = async (): Promise<{ command: number; server: number }> => {
    const child = home.start(['build', name]);
    const outcome = outcomeOf(child);
    let command = 0;
    while (child.exitCode === null) {
      command = Math.max(command, await peakOf(child.pid ?? 0));
      await sleep(20);
    }
    assert.equal((await outcome).status, 0, (await outcome).stderr);
    return { command, server: await peakOf(server) };
  };
  try {
    const small = await build();
    // Nothing that a file system or a compression could make small.
    const bytes = randomBytes(FILE_MIB * MIB);
    for (let file = 1; file <= FILES; file += 1) await writeFile(home.path(name, `${file}.bin`), bytes);
    const large = await build();
    for (const side of ['command', 'server'] as const)
      assert.ok(
        large[side] < small[side] + MORE_MIB,
        `${side}: ${small[side].toFixed()} → ${large[side].toFixed()} MiB`,
      );
  } finally {
    await home.faaso(['remove', '--yes', name]);
  }
});
