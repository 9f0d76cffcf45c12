import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { openContext } from '../../../../src/builder/context.ts';
import { scaffold } from '../../../../src/builder/runtime/scaffold.ts';
import { RUNTIMES, tempFolder, type TempFolder } from '../../../support/builder/folders.ts';

const make = (folder: TempFolder, path: string, name = 'demo', runtime = 'node', runtimesFolder = RUNTIMES) =>
  scaffold({ name, runtime, folder: folder.at(path), runtimesFolder });

it('makes a folder that can be built at once', async () => {
  await using folder = await tempFolder();
  assert.deepEqual(await make(folder, 'deep/demo'), ['funko.yml', 'index.js']);
  assert.deepEqual(await readdir(folder.at('deep')), ['demo'], 'nothing else is left beside it');
  const { manifest, tar } = await openContext({ folder: folder.at('deep/demo'), runtimesFolder: RUNTIMES });
  tar.destroy();
  assert.deepEqual([manifest.name, manifest.runtime], ['demo', 'node']);
  assert.equal((await stat(folder.at('deep/demo'))).mode & 0o777, 0o755);
});

it('fills an empty folder', async () => {
  await using folder = await tempFolder({ demo: { folder: true } });
  await make(folder, 'demo');
  assert.deepEqual(await readdir(folder.at('demo')), ['funko.yml', 'index.js']);
});

it('copies dotfiles, folders, links and modes of a template, and renders what ends in .ejs', async () => {
  await using folder = await tempFolder({
    'r/mine/runtime.yml': 'description: x\noptions: { n: { type: integer, default: 7, help: y } }\n',
    'r/mine/template/funko.yml.ejs': 'name: <%= funko.name %> # <%= options.n %>\n',
    'r/mine/template/.env': 'A=<%= b %>',
    'r/mine/template/bin/run': { executable: '#!/bin/sh\n' },
    'r/mine/template/link': { link: 'bin/run' },
    'r/mine/template/empty': { folder: true },
  });
  const files = await make(folder, 'demo', 'demo', 'mine', folder.at('r'));
  assert.deepEqual(files, ['.env', 'bin/run', 'funko.yml', 'link']);
  assert.equal(await readFile(folder.at('demo/funko.yml'), 'utf8'), 'name: demo # 7\n');
  assert.equal(await readFile(folder.at('demo/.env'), 'utf8'), 'A=<%= b %>');
  assert.equal((await stat(folder.at('demo/link'))).mode & 0o777, 0o755);
  assert.ok((await stat(folder.at('demo/empty'))).isDirectory());
});

it('refuses a folder that is not empty, and a file, and leaves both as they are', async () => {
  await using folder = await tempFolder({ 'full/x': 'mine', file: 'mine' });
  await assert.rejects(make(folder, 'full'), {
    code: 'conflict',
    message: `${folder.at('full')} is not empty; choose another name or folder, or move it away.`,
  });
  await assert.rejects(make(folder, 'file'), { code: 'conflict', message: /file is a file; choose another/ });
  assert.deepEqual(await readdir(folder.path), ['file', 'full']);
  assert.equal(await readFile(folder.at('full/x'), 'utf8'), 'mine');
});

it('refuses a name that no funko may have', async () => {
  await using folder = await tempFolder();
  for (const name of ['Demo', 'proxy', '../x', '']) {
    await assert.rejects(make(folder, 'demo', name), {
      code: 'bad_name',
      message: /can't be a funko's name; it must be 1 to 40/,
    });
  }
  assert.deepEqual(await readdir(folder.path), []);
});

it('refuses a runtime that is unknown or has no template', async () => {
  await using folder = await tempFolder({ 'r/bare/runtime.yml': 'description: x\n' });
  await assert.rejects(make(folder, 'demo', 'demo', 'noed'), {
    code: 'unknown_runtime',
    message: /Did you mean "node"/,
  });
  await assert.rejects(make(folder, 'demo', 'demo', 'bare', folder.at('r')), {
    code: 'bad_runtime',
    message: /has no template/,
  });
  assert.deepEqual(await readdir(folder.path), ['r']);
});

it('leaves nothing half-made when a template fails', async () => {
  await using folder = await tempFolder({
    'r/mine/runtime.yml': 'description: x\n',
    'r/mine/template/a': 'x',
    'r/mine/template/b.ejs': '<%= nope %>',
  });
  await assert.rejects(make(folder, 'demo', 'demo', 'mine', folder.at('r')), {
    code: 'bad_runtime',
    message: /b\.ejs:1: nope/,
  });
  assert.deepEqual(await readdir(folder.path), ['r']);
  await writeFile(folder.at('r/mine/template/b.ejs'), '');
  await chmod(folder.at('r/mine/template/a'), 0o644);
  assert.deepEqual(await make(folder, 'demo', 'demo', 'mine', folder.at('r')), ['a', 'b']);
});

it('refuses a template whose name is nothing without .ejs, in a build too', async () => {
  for (const name of ['.ejs', '..ejs', '...ejs', 'a/..ejs']) {
    const files = { 'r/mine/runtime.yml': 'description: x\n', [`r/mine/template/${name}`]: 'x' };
    await using folder = await tempFolder(files);
    const message = `${folder.at('r/mine')}: the template "${name}" has no name without ".ejs"; rename it, or remove it`;
    const made = make(folder, 'demo', 'demo', 'mine', folder.at('r'));
    await assert.rejects(made, { code: 'bad_runtime', message });
  }
  const built = {
    'f/funko.yml': 'name: f\nruntime: ../r\n',
    'r/runtime.yml': 'description: x\n',
    'r/..ejs': 'x',
  };
  await using folder = await tempFolder(built);
  const context = openContext({ folder: folder.at('f'), runtimesFolder: RUNTIMES });
  await assert.rejects(context, { code: 'bad_runtime', message: /the template "\.\.ejs" has no name/ });
});

it('names the runtime in the new funko.yml so that it is found from there', async () => {
  await using folder = await tempFolder({
    'r/my runtime/runtime.yml': 'description: x\n',
    'r/my runtime/Dockerfile': 'FROM scratch\n',
    'r/my runtime/template/funko.yml.ejs': 'name: demo\nruntime: <%= runtime %>\n',
  });
  const made = async (path: string, runtime: string) => {
    await scaffold({
      name: 'demo',
      runtime,
      from: folder.path,
      folder: folder.at(path),
      runtimesFolder: RUNTIMES,
    });
    const { manifest, tar } = await openContext({ folder: folder.at(path), runtimesFolder: RUNTIMES });
    tar.destroy();
    return manifest.runtime;
  };
  assert.equal(await made('deep/demo', './r/my runtime'), '../../r/my runtime');
  assert.equal(await made('r/demo', './r/my runtime'), '../my runtime');
  assert.equal(await made('other', folder.at('r/my runtime')), folder.at('r/my runtime'));
});
