import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { after, it } from 'node:test';
import { docker, dockerQuietly } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { newHome, writeFunko } from '../../support/cli/faaso.ts';

const name = `image-${RUN}-${randomBytes(2).toString('hex')}`;
const network = `test-${name}-net`;
const image = `test-${name}:made`;
const home = await newHome({ FAASO_NETWORK: network });
await writeFunko(home, 'image');

after(async () => {
  await home.faaso(['remove', '-l', '--yes', name]);
  await dockerQuietly('network', 'rm', network);
  await dockerQuietly('image', 'rm', '--force', image);
  await home[Symbol.asyncDispose]();
});

/** An image that was made without FaaSO; its server answers every path but `/` with 404. */
async function make(answer: string): Promise<void> {
  const serve = `require('node:http').createServer((request, response) => {
    response.statusCode = request.url === '/' ? 200 : 404; response.end('${answer} ' + process.env.GREETING);
  }).listen(8080)`;
  await writeFile(
    home.path('image', 'Dockerfile'),
    `FROM node:24-slim\nCMD ${JSON.stringify(['node', '-e', serve])}\n`,
  );
  await docker('build', '--quiet', '--tag', image, home.path('image'));
}

async function deploy(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await home.faaso(['deploy', '-l', ...words, '--steady', '0']);
  assert.equal(status, 0, stderr);
  return (await fetch(stdout.trim())).text();
}

it('deploys an image that exists, by a name or with the settings of a folder, and again when its tag has moved', async () => {
  await make('one');
  assert.equal(await deploy(name, '--image', image, '--port', '8080'), 'one undefined');
  await make('two');
  await writeFunko(home, 'settings');
  const settings = `name: ${name}\nruntime: node\nport: 8080\nenv: { GREETING: hi }\n`;
  await writeFile(home.path('settings', 'funko.yml'), settings);
  assert.equal(await deploy('./settings', '--image', image), 'two hi');
});

it('refuses what is no name of an image, an ID, and two funkos for one image', async () => {
  const bad = await home.faaso(['deploy', '-l', name, '--image', 'a\nRUN x']);
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /it is not an image name/);
  const id = await home.faaso(['deploy', '-l', name, '--image', `sha256:${'a'.repeat(64)}`]);
  assert.equal(id.status, 2);
  assert.match(id.stderr, /by its name, not its ID; give it one: docker tag sha256:a+ NAME:TAG/);
  const two = await home.faaso(['deploy', '-l', 'a', 'b', '--image', image]);
  assert.match(two.stderr, /--image goes with one funko: faaso deploy NAME --image IMAGE/);
});
