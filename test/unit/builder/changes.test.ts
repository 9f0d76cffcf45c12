import assert from 'node:assert/strict';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import {
  changeBetween,
  snapshotOf,
  type ChangeCause,
  type ContextChange,
  type ContextSnapshot,
} from '../../../src/builder/changes.ts';
import { openContext } from '../../../src/builder/context.ts';
import type { DevRules } from '../../../src/builder/runtime/dev-rules.ts';
import { tempFolder, type TempFolder } from '../../support/builder/folders.ts';

const RUNTIME = `description: A test
options:
  root: { type: string, default: public, help: Where. }
dev:
  sync:
    - { from: <%= options.root %>, to: /srv }
    - { from: main.js, to: /app/main.js }
    - { from: '<%= options.root === "x" ? "y" : "" %>', to: /never }
  reload: none
  rebuild: ['public/*.scss']
`;

async function folderWith(files: Readonly<Record<string, string>> = {}): Promise<TempFolder> {
  return tempFolder({
    'mine/runtime.yml': RUNTIME,
    'mine/Dockerfile': 'FROM scratch\n',
    'mine/.dockerignore': 'ignored\n',
    'demo/funko.yml': 'name: demo\nruntime: ../mine\n',
    'demo/main.js': '1',
    'demo/public/a.html': 'a',
    'demo/other.js': 'o',
    ...files,
  });
}

async function look(folder: TempFolder): Promise<{ snapshot: ContextSnapshot; dev: DevRules | null }> {
  const { items, dev, tar } = await openContext({ folder: folder.at('demo'), runtimesFolder: folder.path });
  tar.destroy();
  return { snapshot: await snapshotOf(items), dev };
}

/** What a piece of work in the folder asks for. */
async function changeBy(
  work: (folder: TempFolder) => Promise<unknown>,
  folder?: TempFolder,
): Promise<ContextChange> {
  await using place = folder ?? (await folderWith());
  const { snapshot, dev } = await look(place);
  await work(place);
  return changeBetween(snapshot, (await look(place)).snapshot, dev);
}

describe('what a change of the folder asks for', () => {
  it('is nothing where nothing has changed, where it is ignored, and for what editors write beside a file', async () => {
    const work = async (folder: TempFolder): Promise<void> => {
      await writeFile(folder.at('demo/ignored'), 'x');
      for (const name of [
        '.main.js.swp',
        'main.js~',
        '#main.js#',
        '.#main.js',
        '4913',
        'main.js___jb_tmp___',
      ])
        await writeFile(folder.at(`demo/${name}`), 'x');
    };
    assert.deepEqual(await changeBy(work), { kind: 'none' });
  });

  it('is to write what was saved where it lies in the container: in place, aside and renamed, in a new folder', async () => {
    const inPlace = await changeBy(async (folder) => writeFile(folder.at('demo/public/a.html'), 'longer'));
    assert.ok(inPlace.kind === 'sync');
    assert.deepEqual(
      inPlace.items.map(({ path }) => path),
      ['srv/a.html'],
    );
    const aside = await changeBy(async (folder) => {
      await writeFile(folder.at('aside'), '2');
      await utimes(folder.at('aside'), 0, 0);
      await rename(folder.at('aside'), folder.at('demo/main.js'));
    });
    assert.ok(aside.kind === 'sync');
    assert.deepEqual([aside.paths, aside.items.map(({ path }) => path)], [['main.js'], ['app/main.js']]);
    const deep = await changeBy(async (folder) => {
      await mkdir(folder.at('demo/public/new'));
      await writeFile(folder.at('demo/public/new/b.html'), 'b');
    });
    assert.ok(deep.kind === 'sync');
    assert.deepEqual(
      deep.items.map(({ path }) => path),
      ['srv/new', 'srv/new/b.html'],
    );
  });

  it('is a build for what has no place, what the runtime says, what has gone, and always funko.yml and the Dockerfile', async () => {
    const cases: [string, ChangeCause['how'], (folder: TempFolder) => Promise<unknown>][] = [
      ['other.js', 'changed', async (folder) => writeFile(folder.at('demo/other.js'), 'longer')],
      ['public/a.scss', 'added', async (folder) => writeFile(folder.at('demo/public/a.scss'), '')],
      ['main.js', 'removed', async (folder) => rm(folder.at('demo/main.js'))],
      [
        'funko.yml',
        'changed',
        async (folder) =>
          writeFile(folder.at('demo/funko.yml'), 'name: demo\nruntime: ../mine\nenv: { A: b }\n'),
      ],
      ['Dockerfile', 'changed', async (folder) => writeFile(folder.at('mine/Dockerfile'), 'FROM other\n')],
    ];
    for (const [path, how, work] of cases)
      assert.deepEqual(await changeBy(work), { kind: 'build', because: { path, how } });
  });

  it('names what was saved, not the Dockerfile that the runtime makes of it', async () => {
    const made = (folder: TempFolder): Promise<void> =>
      writeFile(folder.at('mine/Dockerfile.ejs'), "FROM <%= text('extra') ?? 'none' %>\n");
    const cases: [ChangeCause, Record<string, string>, (folder: TempFolder) => Promise<unknown>][] = [
      [{ path: 'extra', how: 'added' }, {}, async (folder) => writeFile(folder.at('demo/extra'), 'a')],
      [
        { path: 'extra', how: 'changed' },
        { 'demo/extra': 'a' },
        async (folder) => writeFile(folder.at('demo/extra'), 'other'),
      ],
    ];
    for (const [because, files, work] of cases) {
      const folder = await folderWith(files);
      await rm(folder.at('mine/Dockerfile'));
      await made(folder);
      assert.deepEqual(await changeBy(work, folder), { kind: 'build', because });
    }
  });

  it('is a build where no runtime, or a Dockerfile of the funko’s own, says where files go', async () => {
    const folder = await folderWith({ 'demo/Dockerfile': 'FROM scratch\n' });
    assert.equal((await look(folder)).dev, null);
    const change = await changeBy(async () => writeFile(folder.at('demo/main.js'), 'longer'), folder);
    assert.deepEqual(change, { kind: 'build', because: { path: 'main.js', how: 'changed' } });
  });
});
