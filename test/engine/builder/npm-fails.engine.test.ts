/** What a person sees when npm can't install: npm's own words, and no version. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { newHome } from '../../support/cli/faaso.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';

it("ends a build whose npm install fails with npm's own words and exit status 1, and makes no version", async () => {
  await using home = await newHome();
  const name = `npm-${RUN}-${randomBytes(2).toString('hex')}`;
  await mkdir(home.path(name));
  const files = {
    'funko.yml': `name: ${name}\nruntime: node\n`,
    'index.js': 'export default (request, response) => response.end();\n',
    // No registry is asked for it, so it fails at once.
    'package.json': '{ "dependencies": { "lost": "file:./not-there.tgz" } }',
  };
  for (const [path, text] of Object.entries(files)) await writeFile(home.path(name, path), text);
  const { status, stdout, stderr } = await home.faaso(['build', '-l', name]);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /npm error code ENOENT/);
  assert.match(stderr, /npm error .*not-there\.tgz/);
  assert.match(stderr, /npm install --omit=dev/);
  assert.equal(await docker('image', 'ls', '--quiet', `faaso-${name}`), '');
});
