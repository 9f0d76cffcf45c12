/** Monorepos in the runtime `node`: which package is started and built, and from where. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtOf } from '../../support/builder/contexts.ts';

const pack = (name: string, scripts: Record<string, string>, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ name, version: '1.0.0', scripts, ...more });
const root = (scripts: Record<string, string>): string =>
  JSON.stringify({ workspaces: ['apps/*', 'libs/*'], scripts });

const API = {
  'apps/api/package.json': pack('@acme/api', { start: 'node dist/main.js' }),
  'apps/api/dist/main.js': '',
};
const IN_API = ['env', '-C', 'apps/api', 'node', 'dist/main.js'];
const SHELL = 'cd apps/api && export PATH=$PWD/node_modules/.bin:$PATH && exec';

/** The words of the image's command, and the commands that build. */
async function madeOf(
  files: Record<string, string>,
  options = '',
): Promise<{ command: string[]; build: string | undefined }> {
  const { text } = await builtOf(files, options);
  const words = JSON.parse(/^CMD (.*)$/m.exec(text)?.[1] ?? '') as string[];
  const build = /ship\.sh begin \\\n && ([^]*?) \\\n && sh \.runtime\/ship\.sh end/.exec(text)?.[1];
  return {
    command: words.filter((word) => !/^(--disable-warning=.*|--require|.*preload\.cjs)$/.test(word)),
    build: build?.replaceAll(' \\\n', ''),
  };
}

it('starts the package that a script of the root stands for, in its folder', async () => {
  for (const start of [
    'npm start -w @acme/api',
    'npm run start --workspace=apps/api',
    'npm --prefix ./apps/api run start',
    'pnpm --filter @acme/api start',
    'pnpm -C apps/api run start',
    'yarn workspace @acme/api start',
    'yarn --cwd apps/api start',
    'bun --filter "@acme/api" start',
    'cd apps/api && npm start',
    'cd apps/api && node dist/main.js',
  ])
    assert.deepEqual((await madeOf({ 'package.json': root({ start }), ...API })).command, IN_API, start);
});

it('starts the only package that can be started, the one that funko.yml names, and asks if there are several', async () => {
  const web = { 'apps/web/package.json': pack('web', { start: 'serve dist' }) };
  assert.deepEqual((await madeOf({ 'package.json': root({}), ...API })).command, IN_API);
  const both = { 'package.json': root({}), ...API, ...web };
  await assert.rejects(madeOf(both), {
    message:
      /funko\.yml: apps\/api, apps\/web can be started; name one with "options: \{ workspace: FOLDER \}"/,
  });
  assert.deepEqual((await madeOf(both, 'options: { workspace: apps/web }\n')).command, [
    'sh',
    '-c',
    SHELL.replace('api', 'web') + ' serve dist',
  ]);
  assert.deepEqual((await madeOf(both, 'options: { workspace: "@acme/api" }\n')).command, IN_API);
  await assert.rejects(madeOf(both, 'options: { workspace: apps/x }\n'), {
    message:
      /options\.workspace is "apps\/x"; it must be the name or the folder of a package: apps\/api, apps\/web/,
  });
  const plain = {
    'package.json': root({}),
    'apps/api/package.json': pack('api', {}),
    'apps/api/index.js': '',
  };
  assert.deepEqual((await madeOf(plain, 'options: { workspace: api }\n')).command, [
    ...IN_API.slice(0, -1),
    'index.js',
  ]);
});

it('builds with the script of the root, else the package behind those that it needs', async () => {
  const libs = {
    'libs/a/package.json': pack('a', { build: 'tsc' }, { dependencies: { b: '*' } }),
    'libs/b/package.json': pack('b', { build: 'tsc' }),
    'libs/c/package.json': pack('c', { build: 'tsc' }),
    'apps/api/package.json': pack('api', { start: 'node x.js', build: 'tsc' }, { dependencies: { a: '*' } }),
  };
  const npm = (folder: string): string => `npm run --prefix ${folder} build`;
  const ordered = ['libs/b', 'libs/a', 'apps/api'].map(npm).join(' && ');
  assert.equal((await madeOf({ 'package.json': root({}), ...libs })).build, ordered);
  assert.deepEqual(
    await madeOf({ 'package.json': root({ build: 'turbo build', start: 'npm start -w api' }), ...libs }),
    {
      command: ['env', '-C', 'apps/api', 'node', 'x.js'],
      build: 'npm run build',
    },
  );
  const first = await madeOf({
    'package.json': root({ start: 'npm run build --workspaces && npm start -w api' }),
    ...libs,
  });
  assert.equal(first.build, 'npm run build --workspaces');
});

it('starts and builds packages in folders with any name', async () => {
  const files = {
    'package.json': root({}),
    "apps/Mary's api/package.json": pack(
      'api',
      { build: 'next build', start: 'serve dist' },
      { dependencies: { next: '*', lib: '*' } },
    ),
    'libs/a $(b),c/package.json': pack('lib', { build: 'tsc' }),
  };
  const folder = String.raw`'apps/Mary'\''s api'`;
  const { command, build } = await madeOf(files);
  assert.deepEqual(command, [
    'sh',
    '-c',
    `cd ${folder} && export PATH=$PWD/node_modules/.bin:$PATH && exec serve dist`,
  ]);
  const owner = String.raw`'apps/Mary'\''s api/.next'`;
  assert.equal(
    build,
    `npm run --prefix 'libs/a $(b),c' build && npm run --prefix ${folder} build && ` +
      `{ [ ! -d ${owner} ] || find ${owner} -xdev -exec chown -h 1000:1000 {} +; }`,
  );
  const { text } = await builtOf(files);
  // What separates settings of a mount can't be a part of one.
  const caches = [...text.matchAll(/--mount=type=cache,target=\/funko\/(\S+)/g)].map(([, cache]) => cache);
  assert.deepEqual(caches, [
    'node_modules/.cache,id=faaso-hello/funko/node_modules/.cache',
  ]);
});

it('starts a program in a package whose folder has a blank', async () => {
  const files = {
    'package.json': root({ start: 'npm start -w api' }),
    'apps/my api/package.json': pack('api', { start: 'node dist/main.js' }),
    'apps/my api/dist/main.js': '',
  };
  assert.deepEqual((await madeOf(files)).command, ['env', '-C', 'apps/my api', 'node', 'dist/main.js']);
});
