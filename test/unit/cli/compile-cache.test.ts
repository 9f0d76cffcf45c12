import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newHome, type Home } from '../../support/cli/faaso.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** Starts the command under umask 0, and gives the modes of the folders of its compile cache. */
async function modes(home: Home): Promise<string[]> {
  const env = { ...process.env, HOME: home.folder, XDG_CACHE_HOME: home.path('cache') };
  const words = ['-c', 'umask 0; exec "$@"', 'sh', process.execPath, main, '--version'];
  await promisify(execFile)('sh', words, { env });
  const folders = [home.path('cache/faaso'), home.path('cache/faaso/compiled')];
  return Promise.all(folders.map(async (folder) => ((await stat(folder)).mode & 0o777).toString(8)));
}

it('keeps compiled code where nobody else can write, whatever the umask', async () => {
  await using home = await newHome();
  assert.deepEqual(await modes(home), ['700', '700']);
  assert.equal((await readdir(home.path('cache/faaso/compiled'))).length, 1);
});

it('runs no compiled code that others could have written', async () => {
  await using home = await newHome();
  await mkdir(home.path('cache/faaso/compiled'), { recursive: true });
  await writeFile(home.path('cache/faaso/compiled/planted'), '');
  for (const folder of ['cache/faaso', 'cache/faaso/compiled']) await chmod(home.path(folder), 0o777);
  assert.deepEqual(await modes(home), ['700', '700']);
  assert.ok(!(await readdir(home.path('cache/faaso/compiled'))).includes('planted'));
});

it('follows no link to where it keeps compiled code', async () => {
  await using home = await newHome();
  await mkdir(home.path('cache/faaso'), { recursive: true });
  await mkdir(home.path('elsewhere'));
  await symlink(home.path('elsewhere'), home.path('cache/faaso/compiled'));
  assert.equal((await modes(home))[1], '700');
  assert.deepEqual(await readdir(home.path('elsewhere')), []);
});
