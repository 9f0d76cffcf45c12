import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startAdmin, TOKEN } from '../../../support/cli/server-harness.ts';
import { newHome, writeFunko, type Home } from '../../../support/cli/faaso.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

const main = fileURLToPath(new URL('../../../../src/cli/main.ts', import.meta.url));
const execute = promisify(execFile);

/** Sources the script in a real bash and presses Tab there, where the words end. */
const TAB = `source <(faaso completion bash)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_faaso
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** What bash completes these words of a command line to. */
async function tab(home: Home, ...words: string[]): Promise<string[]> {
  return press(TAB, home, words);
}

/** The same in a bash without `compopt`, as 3.2 of macOS is. */
async function tabInBash3(home: Home, ...words: string[]): Promise<string[]> {
  return press(`enable -n compopt\n${TAB}`, home, words);
}

async function press(script: string, home: Home, words: readonly string[]): Promise<string[]> {
  const bin = home.path('bin');
  await mkdir(bin, { recursive: true });
  await writeFile(home.path('bin/faaso'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(home.path('bin/faaso'), 0o755);
  const env = { HOME: home.folder, PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...home.environment };
  const { stdout, stderr } = await execute('bash', ['--norc', '-c', script, 'bash', ...words], {
    cwd: home.folder,
    env,
  });
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  it('completes commands, those below them, and options', async () => {
    await using home = await newHome();
    assert.deepEqual(await tab(home, 'faaso', 'bu'), ['build']);
    assert.ok((await tab(home, 'faaso', '')).includes('status'));
    assert.ok(!(await tab(home, 'faaso', '')).some((word) => word.startsWith('_')));
    assert.deepEqual(await tab(home, 'faaso', 'runtimes', ''), ['list', 'show', 'check', 'trust']);
    assert.deepEqual(await tab(home, 'faaso', 'build', '--no'), ['--no-cache']);
    assert.deepEqual(await tab(home, 'faaso', 'help', 'ver'), ['versions', 'version']);
    assert.deepEqual(await tab(home, 'faaso', 'completion', ''), ['bash', 'zsh', 'fish']);
  });

  it('completes funkos and their versions, from the server', async () => {
    await using admin = await startAdmin();
    await using home = await newHome({ FAASO_SERVER: admin.url, FAASO_TOKEN: TOKEN });
    admin.funkos.known.set('demo', statusOf('demo', 2)).set('shop', statusOf('shop'));
    assert.deepEqual(await tab(home, 'faaso', 'status', 'd'), ['demo']);
    assert.deepEqual(await tab(home, 'faaso', 'status', 'demo', 's'), ['shop']);
    assert.deepEqual(await tab(home, 'faaso', 'up', '--version', ''), ['v2', 'v1']);
    assert.deepEqual(await tab(home, 'faaso', 'rollback', 'demo', ''), ['v2', 'v1']);
  });

  it('completes runtimes and folders', async () => {
    await using home = await newHome();
    await writeFunko(home, 'my shop');
    await mkdir(home.path('nodes'));
    assert.deepEqual(await tab(home, 'faaso', 'new', 'x', '-r', 'pyth'), ['python']);
    assert.deepEqual(await tab(home, 'faaso', 'runtimes', 'show', 'node'), ['node', 'nodes']);
    assert.deepEqual(await tab(home, 'faaso', 'build', '--quiet', 'my'), ['my shop', 'my shop']);
    assert.deepEqual(await tab(home, 'faaso', 'export', 'x', 'no'), ['nodes']);
  });

  it('offers nothing of a server that a shell would run, or a command read as an option', async () => {
    await using admin = await startAdmin();
    await using home = await newHome({ FAASO_SERVER: admin.url, FAASO_TOKEN: TOKEN });
    const hostile = [
      '`id`',
      '$(id)',
      'x`id`',
      'x;id',
      'x\nid',
      "x'id",
      'x id',
      'x\tid',
      '--server',
      '~x',
      'x>y',
    ];
    for (const name of hostile) admin.funkos.known.set(name, statusOf(name));
    admin.funkos.known.set('mine', statusOf('mine')).set('mine@v2', statusOf('mine@v2'));
    const versions = [...statusOf('x').versions].map((version) => ({ ...version, version: '`id`' }));
    admin.funkos.known.set('odd', { ...statusOf('odd'), versions });
    const words = await tab(home, 'faaso', 'status', '');
    assert.deepEqual(words, ['mine', 'mine@v2', 'odd', '.cache', 'bin']);
    assert.deepEqual(await tab(home, 'faaso', 'status', 'x'), []);
    assert.deepEqual(await tab(home, 'faaso', 'rollback', 'demo', ''), ['v1']);
  });

  it('offers folders whose names a shell would run only in a way that it quotes', async () => {
    await using home = await newHome();
    await writeFunko(home, 'x`id`');
    await writeFunko(home, 'x\nid');
    assert.deepEqual(await tab(home, 'faaso', 'build', 'x`'), ['x`id`', 'x`id`']);
    assert.deepEqual(await tabInBash3(home, 'faaso', 'build', 'x`'), ['x\\`id\\`', 'x\\`id\\`']);
  });

  it('completes nothing, and says nothing, where nobody can be asked or nothing fits', async () => {
    await using home = await newHome({ FAASO_SERVER: 'http://127.0.0.1:1', FAASO_TOKEN: TOKEN });
    assert.deepEqual(await tab(home, 'faaso', 'logs', 'x'), []);
    assert.deepEqual(await tab(home, 'faaso', 'scale', 'demo', ''), []);
    assert.deepEqual(await tab(home, 'faaso', 'no-such-command', ''), []);
    assert.deepEqual(await tab(home, 'faaso', 'invoke', '--data', ''), []);
  });
});

it('there is a script for zsh and one for fish, which ask the command too', async () => {
  await using home = await newHome();
  for (const shell of ['zsh', 'fish'])
    assert.match((await home.faaso(['completion', shell])).stdout, / __complete -- /);
  const { status, stderr } = await home.faaso(['completion', 'tcsh']);
  assert.equal(status, 2);
  assert.match(stderr, /Allowed choices are bash, zsh, fish/);
});
