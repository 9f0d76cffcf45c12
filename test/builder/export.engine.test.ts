import assert from 'node:assert/strict';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { it } from 'node:test';
import { exportContext } from '../../src/builder/export.ts';
import { buildImage } from '../../src/docker/build-image.ts';
import { docker } from '../engine/docker-cli.ts';
import { engine, LABELS, named } from '../docker/workshop.ts';
import { HELLO, open } from './contexts.ts';
import { tempFolder } from './folders.ts';

const FUNKO = {
  ...HELLO,
  'funko.yml': "name: hello\nruntime: node\nenv:\n  GREETING: it's me\n",
  'bin/run': { executable: '#!/bin/sh\n' },
  empty: { folder: true as const },
  'lib/link': { link: '../index.js' },
};

it('plain docker build makes the same layers of an exported funko as FaaSO does', async () => {
  await using folder = await tempFolder({ ...FUNKO, 'README.md': 'mine' });
  await using dest = await tempFolder();
  const [own, plain] = [named('image', 'own'), named('image', 'plain')];
  const { tar } = await open(folder);
  await buildImage(engine, { context: tar, tags: [own], labels: LABELS, onEvent: () => undefined });
  await exportContext(await open(folder), dest.at('out'));
  const label = Object.entries(LABELS).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  // Anew: its own copy of what FaaSO's build left in the cache would prove nothing.
  await docker('build', '--no-cache', '--quiet', '--tag', plain, ...label, dest.at('out'));
  const filesIn = async (image: string): Promise<string> => {
    const command = 'cd /funko && find . -printf "%p %y %m %l %s\\n" | sort';
    return docker('run', '--rm', '--entrypoint', 'sh', image, '-c', command);
  };
  assert.equal(await filesIn(plain), await filesIn(own));
  assert.match(await filesIn(own), /^\.\/README\.md/m);
});

it('an export has modes, links, empty folders and a README, and the README does not hide the funko’s own', async () => {
  await using folder = await tempFolder(FUNKO);
  await using dest = await tempFolder();
  const out = dest.at('deep/out');
  const paths = await exportContext(await open(folder), out);
  assert.equal(paths[0], 'README.md');
  assert.equal((await lstat(`${out}/bin/run`)).mode & 0o777, 0o755);
  assert.equal(await readlink(`${out}/lib/link`), '../index.js');
  assert.deepEqual(await readdir(`${out}/empty`), []);
  const readme = await readFile(`${out}/README.md`, 'utf8');
  assert.match(readme, /docker build --tag hello \./);
  assert.match(readme, /--env 'GREETING=it'\\''s me'/);
  await assert.rejects(exportContext(await open(folder), out), { code: 'conflict', message: /is not empty/ });
  assert.deepEqual(await readdir(dest.at('deep')), ['out']);
});
