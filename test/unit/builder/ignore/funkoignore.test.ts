import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HELLO, open } from '../../../support/builder/contexts.ts';
import { namesOf, tempFolder, type Content } from '../../../support/builder/folders.ts';

async function sent(files: Record<string, Content>): Promise<string[]> {
  await using folder = await tempFolder({ ...HELLO, ...files });
  const names = await namesOf((await open(folder)).tar);
  return names.filter((name) => name in files || name === 'd/');
}

it('.funkoignore leaves out what git would: folders only with a slash, anywhere without one, case counts', async () => {
  const files = {
    '.funkoignore': '# a comment\n*.log\n!keep.log\nbuild/\n/top\n\\!important\n',
    'a.log': '',
    'd/b.log': '',
    'd/keep.log': '',
    'd/build/x': '',
    'd/top': '',
    top: '',
    build: 'a file',
    '!important': '',
    'A.LOG': '',
  };
  assert.deepEqual(await sent(files), ['A.LOG', 'build', 'd/', 'd/keep.log', 'd/top']);
});

it('.funkoignore and .dockerignore both count, and neither is sent', async () => {
  const files = { '.funkoignore': 'a\n', '.dockerignore': 'b\n', a: '', b: '', c: '', 'd/a': '', 'd/b': '' };
  assert.deepEqual(await sent(files), ['c', 'd/', 'd/b']);
});

it("with a .funkoignore alone the runtime's .dockerignore still counts", async () => {
  assert.deepEqual(await sent({ '.funkoignore': 'a\n', a: '', 'node_modules/x': '' }), []);
});

it('Dockerfile.dockerignore takes the place of .dockerignore, as in Docker', async () => {
  const files = { 'Dockerfile.dockerignore': 'a\n', '.dockerignore': 'b\n', a: '', b: '' };
  assert.deepEqual(await sent(files), ['b']);
});

it('what an ignored folder holds is not even looked at', async () => {
  await using folder = await tempFolder({
    ...HELLO,
    '.funkoignore': 'secret/\n',
    'secret/out': { link: '/etc' },
  });
  const names = await namesOf((await open(folder)).tar);
  assert.ok(!names.some((name) => name.startsWith('secret')));
});
