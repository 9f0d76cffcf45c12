import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { it } from 'node:test';
import { readIgnores } from '../../../../src/builder/ignore/dockerignore.ts';
import { unreadable, walk, type WalkOptions } from '../../../../src/builder/files/walk.ts';
import { tempFolder } from '../../../support/builder/folders.ts';

async function pathsOf(root: string, options: WalkOptions = {}): Promise<string[]> {
  return (await walk(root, options)).map(({ path }) => path);
}

it('lists dotfiles, empty folders, links and modes, sorted, each folder before its content', async () => {
  await using folder = await tempFolder({
    'z.txt': '',
    '.hidden': '',
    'a/b/c': '',
    'a.txt': '',
    empty: { folder: true },
    run: { executable: '#!/bin/sh' },
    link: { link: 'a/b' },
    dangling: { link: 'nothing' },
  });
  const items = await walk(folder.path);
  const paths = ['.hidden', 'a', 'a/b', 'a/b/c', 'a.txt', 'dangling', 'empty', 'link', 'run', 'z.txt'];
  assert.deepEqual(
    items.map(({ path }) => path),
    paths,
  );
  const byPath = Object.fromEntries(items.map((item) => [item.path, item]));
  assert.equal(byPath['empty']?.kind, 'directory');
  assert.deepEqual(byPath['link'], { kind: 'symlink', path: 'link', target: 'a/b' });
  assert.ok(byPath['run']?.kind === 'file' && byPath['run'].mode === 0o755);
  assert.ok(byPath['z.txt']?.kind === 'file' && byPath['z.txt'].mode === 0o644);
});

it('leaves out what is ignored, but for what is always taken', async () => {
  await using folder = await tempFolder({
    Dockerfile: '',
    'node_modules/x/y': '',
    'a.log': '',
    'sub/a.log': '',
  });
  const ignores = readIgnores('node_modules\n**/*.log\nDockerfile', 'x');
  assert.deepEqual(await pathsOf(folder.path, { ignores, always: new Set(['Dockerfile']) }), [
    'Dockerfile',
    'sub',
  ]);
  assert.deepEqual(await pathsOf(folder.path, { ignores, never: new Set(['sub']) }), []);
});

it('brings back what a "!" pattern names, with the folders above it and no others', async () => {
  await using folder = await tempFolder({
    'dist/a/keep': '',
    'dist/a/drop': '',
    'dist/b/drop': '',
    other: '',
  });
  const ignores = readIgnores('*\n!dist/a/keep', 'x');
  assert.deepEqual(await pathsOf(folder.path, { ignores }), ['dist', 'dist/a', 'dist/a/keep']);
  const anywhere = readIgnores('*\n!**/keep', 'x');
  assert.deepEqual(await pathsOf(folder.path, { ignores: anywhere }), ['dist', 'dist/a', 'dist/a/keep']);
});

it('refuses a FIFO and a socket by name, unless they are ignored', async () => {
  await using folder = await tempFolder({ 'sub/file': '' });
  execFileSync('mkfifo', [folder.at('sub/pipe')]);
  const message = `${folder.at('sub/pipe')}: a FIFO can't be sent; remove it or list it in .dockerignore`;
  await assert.rejects(walk(folder.path), { code: 'bad_context', message });
  const ignores = readIgnores('sub/pipe', 'x');
  assert.deepEqual(await pathsOf(folder.path, { ignores }), ['sub', 'sub/file']);

  const server = createServer().listen(folder.at('socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  await assert.rejects(pathsOf(folder.path, { ignores }), {
    code: 'bad_context',
    message: /socket: a socket can't be sent/,
  });
  await new Promise((resolve) => server.close(resolve));
});

it('takes links as they are, wherever they point', async () => {
  for (const target of ['/etc/passwd', '../outside', 'a/../../outside']) {
    await using folder = await tempFolder({ link: { link: target } });
    assert.deepEqual(await walk(folder.path), [{ kind: 'symlink', path: 'link', target }]);
  }
});

it('refuses a name that is not UTF-8', async () => {
  await using folder = await tempFolder();
  await writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0x66, 0xff])]), '');
  await assert.rejects(walk(folder.path), {
    code: 'bad_context',
    message: /its name is not valid UTF-8; rename it$/,
  });
});

it('says what may not be read and how to fix it', async () => {
  const denied = unreadable(
    '/x/y',
    Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }),
  );
  assert.equal(
    denied.message,
    '/x/y: you may not read it; change its permissions or list it in .dockerignore',
  );
  await using folder = await tempFolder({ file: '' });
  await mkdir(folder.at('locked'));
  await chmod(folder.at('locked'), 0o000);
  await chmod(folder.path, 0o755);
  await asNobody(() =>
    assert.rejects(walk(folder.path), {
      code: 'bad_context',
      message: `${folder.at('locked')}: you may not read it; change its permissions or list it in .dockerignore`,
    }),
  );
});

it('stops when it is aborted', async () => {
  await using folder = await tempFolder({ a: '' });
  await assert.rejects(walk(folder.path, { signal: AbortSignal.abort(new Error('enough')) }), {
    message: 'enough',
  });
});

/** Root may read everything: the test becomes somebody else for a moment. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
