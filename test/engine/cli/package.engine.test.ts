/** FaaSO as an npm package: packed, installed on its own, and used without the checkout. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dockerQuietly } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const name = `packed-${RUN}`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaso-package-'));
});
after(async () => {
  await faaso('remove', '--local', '--yes', name).catch(() => undefined);
  await dockerQuietly('network', 'rm', `${name}-net`);
  await rm(folder, { recursive: true });
});

/** The installed command, on the Node that runs this test, with nothing of this shell's settings. */
async function faaso(...words: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = {
    HOME: folder,
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    FAASO_NETWORK: `${name}-net`,
  };
  return execute(join(folder, 'prefix/bin/faaso'), words, { cwd: folder, env });
}

test('the package that npm packs is installed anywhere, and builds and runs a funko', async () => {
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const packed = stdout.slice(stdout.indexOf('[\n'));
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  for (const path of ['bin/faaso', 'dist/cli/main.js', 'runtimes/node/runtime.yml', 'LICENSE', 'README.md'])
    assert.ok(paths.includes(path), `the package has no ${path}`);
  const strangers = paths.filter((path) => /^(test|bench|src|scripts|examples|dist\/proxy)\//.test(path));
  assert.deepEqual(strangers, []);

  const prefix = join(folder, 'prefix');
  const quietly = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await execute('npm', ['install', '--global', '--prefix', prefix, ...quietly, join(folder, filename)]);
  await checkImports(join(prefix, 'lib/node_modules/faaso/dist'));
  assert.match((await faaso('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
  await faaso('new', name, '-r', 'node');
  assert.equal((await faaso('build', '--local', name)).stdout, `faaso-${name}:v1\n`);
  const { stdout: url } = await faaso('up', '--local', name);
  const answer = await fetch(new URL('?name=Ada', url.trim()));
  assert.deepEqual(await answer.json(), { message: 'Hello, Ada!' });
  await faaso('remove', '--local', '--yes', name);
});

/** The compiler leaves the name of a source as it is in an `import()` of a function that declares anything with `using`. */
async function checkImports(dist: string): Promise<void> {
  const files = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.js'));
  for (const file of files)
    assert.doesNotMatch(await readFile(join(dist, file), 'utf8'), /import\(['"][^'"]*\.ts['"]\)/, file);
}
