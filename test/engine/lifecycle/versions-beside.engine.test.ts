/** Previews and splits, through the real command, the real proxy and the real engine. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newHome, type Home } from '../../support/cli/faaso.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { poll } from '../../support/engine/wait.ts';

let stand: ProxyHarness;
let home: Home;
before(async () => {
  stand = await startProxyHarness();
  home = await newHome({ FAASO_SERVER: stand.url });
  await run('login', '--container', stand.proxyName);
});
after(async () => {
  await home[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

async function run(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await home.faaso(words);
  assert.equal(status, 0, `faaso ${words.join(' ')}: ${stderr}`);
  return stdout;
}

async function fails(...words: string[]): Promise<string> {
  const { status, stderr } = await home.faaso(words);
  assert.notEqual(status, 0, `faaso ${words.join(' ')} went well`);
  return stderr;
}

/** Makes so many versions that answer `v1`, `v2`, …; the first one is put into service. */
async function versions(word: string, count: number): Promise<string> {
  const name = stand.name(word);
  await run('new', name, '-r', 'node');
  for (let number = 1; number <= count; number += 1) {
    const code = `export default (request, response) => response.end('v${number} ' + request.url);\n`;
    await writeFile(join(home.folder, name, 'index.js'), code);
    await run('build', name);
  }
  await run('up', name, '--version', 'v1');
  return name;
}

async function ask(name: string): Promise<string> {
  const answer = await stand.fetch(`/funko/${name}/x`);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}

/** Of so many requests, how many each version answered. */
async function census(name: string, requests: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let sent = 0; sent < requests; sent += 10) {
    const answers = await Promise.all(Array.from({ length: 10 }, async () => ask(name)));
    for (const [version = ''] of answers.map((text) => text.split(' ')))
      counts[version] = (counts[version] ?? 0) + 1;
  }
  return counts;
}

async function containers(name: string): Promise<string[]> {
  const names = await docker('ps', '--all', '--format', '{{.Names}}', '--filter', `name=^/faaso-${name}`);
  return names
    .split('\n')
    .filter((each) => each !== '')
    .sort();
}

test('a preview answers at NAME@vN, beside what is in service, until it is taken down or put into service', async () => {
  const name = await versions('preview', 3);
  assert.match(await fails('up', name, '--preview', 'v9'), /v1/);
  const url = (await run('up', name, '--preview', 'v2')).trim();
  assert.equal(url, `${stand.url}/funko/${name}@v2/`);
  assert.deepEqual(await containers(name), [`faaso-${name}.1`, `faaso-${name}_v2.1`]);
  assert.equal(await ask(`${name}@v2`), 'v2 /x');
  assert.equal(await ask(`${name}%40v2`), 'v2 /x');
  assert.deepEqual(await census(name, 50), { v1: 50 }, 'a preview got a request of the service');
  assert.equal(await ask(`${name}@v1`), 'v1 /x', 'what is in service is found by its version too');

  const missing = await stand.fetch(`/funko/${name}@v3/`);
  assert.equal(missing.status, 404);
  assert.match(await missing.text(), new RegExp(`faaso up ${name} --preview v3`));
  assert.match(await run('status'), new RegExp(`^${name}@v2 .*faaso-${name}_v2\\.1`, 'm'));
  await run('up', name, '--preview', 'v2');
  assert.equal((await containers(name)).length, 2, 'the same preview was started twice');

  await run('up', name, '--preview', 'v3');
  await run('down', `${name}@v3`);
  await stand.until(`/funko/${name}@v3/`, (status) => status === 404);
  assert.match(await fails('down', `${name}@v3`), /no preview/);

  await run('up', name, '--version', 'v2', '--steady', '0');
  assert.deepEqual(await containers(name), [`faaso-${name}.2`], 'the preview outlived its purpose');
  assert.equal(await ask(name), 'v2 /x');
  assert.equal(await ask(`${name}@v2`), 'v2 /x');

  await run('up', name, '--preview', 'v1');
  await run('down', name);
  assert.deepEqual(await containers(name), [], 'down left a preview');
});

test('two versions share the requests by weight, as a tag of an image says, until up or rollback ends it', async () => {
  const name = await versions('split', 3);
  assert.match(await fails('split', name, 'v1=90', 'v2=20'), /make 100/);
  assert.match(await fails('split', name, 'v1=90', 'v9=10'), /no version "v9"/);
  assert.deepEqual(await census(name, 20), { v1: 20 });

  const shown = await run('split', name, 'v2=20', 'v1=80');
  assert.equal(shown, `${name} v1: 80 %, faaso-${name}.1\n${name} v2: 20 %, faaso-${name}.2\n`);
  const { v1 = 0, v2 = 0 } = await census(name, 500);
  assert.equal(v1 + v2, 500);
  // Six standard deviations of 500 draws on both sides.
  assert.ok(v2 > 46 && v2 < 154, `v2 was to get 100 of 500 requests, and got ${v2}`);
  assert.match(await run('status', name), /the requests are shared: v1 80 %, v2 20 %/);
  assert.match(await fails('scale', name, '2'), /shared between two versions/);

  await run('split', name, 'v1=0', 'v2=100');
  assert.deepEqual(await census(name, 50), { v2: 50 });
  const image = `faaso-${name}`;
  await docker('tag', `${image}:v2`, `${image}:split-v1-100-v2-0`);
  await docker('image', 'rm', `${image}:split-v1-0-v2-100`);
  await poll(
    'requests go to v1 alone',
    async () => census(name, 20),
    ({ v1: got }) => got === 20,
  );

  await docker('restart', '-t', '5', stand.proxyName);
  await stand.ready();
  await poll(
    'the split outlives the proxy',
    async () => census(name, 20),
    ({ v1: got }) => got === 20,
  );

  await run('rollback', name, '--steady', '0');
  assert.deepEqual(await containers(name), [`faaso-${name}.1`]);
  assert.doesNotMatch(await docker('image', 'ls', '--format', '{{.Tag}}', image), /split/);
  assert.equal(await run('split', name), `${name}: all requests go to the version that is in service, v1\n`);
});

test('a split whose new version does not get ready leaves everything as it was', async () => {
  const name = await versions('bad', 1);
  const folder = join(home.folder, name);
  await writeFile(join(folder, 'index.js'), `throw new Error('not today');\n`);
  await run('build', name);
  assert.match(await fails('split', name, 'v1=50', 'v2=50'), /not today/);
  assert.deepEqual(await containers(name), [`faaso-${name}.1`]);
  assert.deepEqual(await census(name, 20), { v1: 20 });
  assert.doesNotMatch(await docker('image', 'ls', '--format', '{{.Tag}}', `faaso-${name}`), /split/);
  assert.match(await readFile(join(folder, 'index.js'), 'utf8'), /not today/);
});
