import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { run } from '../../../src/cli/run.ts';
import type { CliSession } from '../../../src/cli/session.ts';
import { newHome } from '../../support/cli/faaso.ts';

const execute = promisify(execFile);
const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const recorder = new URL('../../support/cli/record-loads.ts', import.meta.url).href;

/** Packages, and files below src/, that a command loads, however it ends. */
async function loadedBy(...words: string[]): Promise<{ packages: string[]; own: string[] }> {
  await using home = await newHome();
  const list = home.path('loaded');
  // Nobody listens there, and all that the command needs is loaded before it finds out.
  const nobody = { FAASO_SERVER: 'http://127.0.0.1:1', FAASO_TOKEN: 'x', DOCKER_HOST: 'unix:///nowhere' };
  const env = { ...nobody, HOME: home.folder, LOADED_FILES: list };
  await execute(process.execPath, ['--import', recorder, main, ...words], { env }).catch(() => undefined);
  const files = (await readFile(list, 'utf8')).split('\n');
  const packages = files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  const own = files.flatMap((file) => /\/src\/(.*)$/.exec(file.replace(/.*node_modules.*/, ''))?.[1] ?? []);
  return { packages: [...new Set(packages)].sort(), own };
}

describe('starting the command', () => {
  it('loads the parser for --version, and no command', async () => {
    const { packages, own } = await loadedBy('--version');
    assert.deepEqual(packages, ['commander']);
    const others = own.filter((file) => /^(cli\/commands|docker|lifecycle|builder|proxy)\//.test(file));
    assert.deepEqual(others, []);
  });

  it('loads all commands for help, and nothing of the engine, the server or the builder', async () => {
    const { packages, own } = await loadedBy('help');
    assert.deepEqual(packages, ['commander']);
    assert.ok(
      own.includes('cli/commands/build.ts') && own.includes('cli/commands/status.ts'),
      own.join('\n'),
    );
    assert.deepEqual(
      own.filter((file) => /^(docker|lifecycle|builder|proxy)\//.test(file)),
      [],
    );
  });

  it('loads one command, and a client of the server without any package', async () => {
    const { packages, own } = await loadedBy('status');
    assert.deepEqual(packages, ['commander']);
    assert.ok(own.includes('client/server-funkos.ts'));
    assert.deepEqual(
      own.filter((file) => file.startsWith('cli/commands/')),
      ['cli/commands/status.ts'],
    );
  });

  it('loads nothing with --local that reads YAML, checks schemas, builds or packs', async () => {
    const { packages, own } = await loadedBy('status', '--local');
    assert.ok(own.includes('lifecycle/engine-funkos.ts'));
    assert.ok(packages.includes('dockerode'));
    const heavy = ['ajv', 'yaml', 'ejs', 'protobufjs', 'rxjs', 'ssh2', 'tar-fs', 'tar-stream', 'undici'];
    assert.deepEqual(
      packages.filter((name) => heavy.includes(name)),
      [],
    );
  });

  it('shows the stack of what nobody expected, and exits 1', async () => {
    const stderr = new PassThrough();
    const broken = {
      stderr,
      stdout: stderr,
      folder: '/',
      signal: new AbortController().signal,
      get environment(): never {
        throw new TypeError('nobody expected this');
      },
    };
    assert.equal(await run(['status'], broken as unknown as CliSession), 1);
    const said = String(stderr.read());
    assert.match(said, /^faaso: this should not have happened; please report it/);
    assert.match(said, /TypeError: nobody expected this\n {4}at /);
  });
});
