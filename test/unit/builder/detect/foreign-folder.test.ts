/** What detection reads of a folder that somebody else made: nothing that is not in it, and nothing that never ends. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import { guessRuntimes } from '../../../../src/builder/detect/detect.ts';
import { openSourceFolder } from '../../../../src/builder/detect/source-folder.ts';
import { procfileCommand, procfileKeys } from '../../../../src/builder/runtime/procfile.ts';
import { listRuntimes } from '../../../../src/builder/runtime/runtime.ts';
import { manifestText } from '../../../../src/builder/write-manifest.ts';
import { RUNTIMES, tempFolder } from '../../../support/builder/folders.ts';

it('reads nothing through a link, which may lead out of the folder', async () => {
  await using folder = await tempFolder({
    'mine/token': 'aws_secret_access_key=x\nweb: x\nrelease: read me\nEXPOSE 8080\n',
    'mine/database.yml': 'adapter: read me',
    'mine/package.json': '{ "name": "read-me" }',
    'theirs/Procfile': { link: '../mine/token' },
    'theirs/Dockerfile': { link: '../mine/token' },
    'theirs/package.json': { link: '../mine/package.json' },
    'theirs/config': { link: '../mine' },
  });
  const source = await openSourceFolder(folder.at('theirs'));
  assert.deepEqual(
    [source.text('Procfile'), source.text('config/database.yml'), source.text('../mine/token')],
    ['', '', ''],
  );
  assert.equal(source.packageJson.name, undefined);
  assert.deepEqual(procfileKeys(folder.at('theirs')), {});
  const text = manifestText(folder.at('theirs'), 'theirs', { runtime: null, options: {} });
  assert.equal(text, 'name: theirs\n');
});

it('waits for no FIFO and reads no device', { timeout: 20_000 }, async () => {
  await using folder = await tempFolder({ 'package.json': { link: '/dev/zero' } });
  for (const name of ['Procfile', 'app.py', 'Dockerfile']) execFileSync('mkfifo', [folder.at(name)]);
  assert.equal((await openSourceFolder(folder.path)).text('app.py'), '');
  assert.deepEqual(procfileKeys(folder.path), {});
  await guessRuntimes(folder.path, await listRuntimes(RUNTIMES));
  const text = manifestText(folder.path, 'theirs', { runtime: null, options: {} });
  assert.equal(text, 'name: theirs\n');
});

it('reads a Procfile with long lines at once', { timeout: 5_000 }, () => {
  const blanks = ' '.repeat(200_000);
  assert.equal(procfileCommand(`web:${blanks}\nworker: ${blanks}a b${blanks}\r\n`, 'web'), undefined);
  assert.equal(procfileCommand(`web:${blanks}\nworker: ${blanks}a b${blanks}\r\n`, 'worker'), 'a b');
  assert.equal(procfileCommand('web:a: b\n', 'web'), 'a: b');
});
