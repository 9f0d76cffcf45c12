/** What the times of files do in an image: servers tell a new content from an old one by them. */
import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { docker } from '../../support/engine/docker-cli.ts';
import { build, run } from '../../support/runtimes/running.ts';
import { tempFolder } from '../../support/builder/folders.ts';

/** Does what express.static, nginx and Flask do: an ETag of size and time, and 304 to whoever knows it. */
const SERVER = `import { readFile, stat } from 'node:fs/promises';
export default async (request, response) => {
  const file = '/funko/public' + request.url;
  const { size, mtime } = await stat(file);
  const etag = 'W/"' + size.toString(16) + '-' + mtime.getTime().toString(16) + '"';
  response.setHeader('ETag', etag);
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
  else response.end(await readFile(file));
};
`;

it('a file that changed and kept its size is sent again to who knows the old one, one that did not is not', async () => {
  await using folder = await tempFolder({
    ...{ 'funko.yml': 'name: files\nruntime: node\n', 'index.js': SERVER },
    ...{ 'public/changes.css': 'a { color: red1 }', 'public/stays.css': 'b {}' },
  });
  const first = await run((await build(folder.path)).image);
  const known = async (path: string) => ({ 'if-none-match': (await first.ask(path)).headers.etag ?? '' });
  const [changes, stays] = [await known('/changes.css'), await known('/stays.css')];
  assert.equal((await first.ask('/changes.css', { headers: changes })).status, 304);
  await writeFile(folder.at('public/changes.css'), 'a { color: red2 }');
  const second = await run((await build(folder.path)).image);
  const answer = await second.ask('/changes.css', { headers: changes });
  assert.deepEqual([answer.status, answer.text], [200, 'a { color: red2 }']);
  assert.equal((await second.ask('/stays.css', { headers: stays })).status, 304);
});

it('modes and links are those of the folder, as plain docker build has them', async () => {
  await using folder = await tempFolder({
    ...{ 'funko.yml': 'name: modes\n', Dockerfile: 'FROM node:24-slim\nCOPY files /files\n' },
    ...{ 'files/secret': '', 'files/fixed': '', 'files/run': '', 'files/tmp': { folder: true } },
    ...{ 'files/away': { link: '/etc/passwd' }, 'files/out': { link: '../../../../outside' } },
  });
  const modes = { secret: 0o600, fixed: 0o444, run: 0o4755, tmp: 0o1777 };
  for (const [name, mode] of Object.entries(modes)) await chmod(folder.at(`files/${name}`), mode);
  const list = async (image: string): Promise<string> =>
    docker(
      'run',
      '--rm',
      '--entrypoint',
      'sh',
      image,
      '-c',
      'cd /files && find . -printf "%p %m %l\\n" | sort',
    );
  const { image } = await build(folder.path);
  const plain = await docker('build', '--quiet', '--no-cache', folder.path);
  try {
    assert.equal(await list(image), await list(plain));
    assert.match(await list(image), /\.\/run 4755 \n.*\.\/secret 600 /s);
  } finally {
    await docker('rmi', plain);
  }
});
