import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { newHome, type Home, type Outcome } from '../../support/cli/faaso.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { formsIn, needlesOf } from '../../support/secrets/needles.ts';
import {
  apiTells,
  containersHold,
  engineKnows,
  imagesHold,
  proxyKeeps,
  whileIt,
  type Found,
} from '../../support/secrets/places.ts';

/** Answers with a digest of its secret: what it says proves that it has it, and does not give it away. */
const CODE = `
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
process.on('SIGTERM', () => process.exit());
createServer((request, response) => {
  console.log(request.url);
  const value = readFileSync('/run/secrets/KEY');
  response.end(require('node:crypto').createHash('sha256').update(value).digest('hex'));
}).listen(3000);
`;

let stand: ProxyHarness;
let home: Home;
before(async () => {
  stand = await startProxyHarness({ FAASO_LOG_LEVEL: 'trace' });
  home = await newHome({ FAASO_SERVER: stand.url, FAASO_TOKEN: stand.token });
});
after(async () => {
  await home[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

async function writeFunko(name: string): Promise<void> {
  const dockerfile = `FROM node:24-slim\nLABEL faaso.test=${RUN}\nCOPY main.js .\nCMD ["node", "main.js"]\n`;
  const manifest = `name: ${name}\nsecrets: [KEY]\nenv: { GREETING: hello }\n`;
  await mkdir(home.path(name));
  await writeFile(home.path(name, 'funko.yml'), manifest);
  await writeFile(home.path(name, 'Dockerfile'), dockerfile);
  await writeFile(home.path(name, 'main.js'), CODE);
}

test('a secret’s value is in its volume, and nowhere that the engine, the API, the logs, the images or the CLI show', async () => {
  const since = String(Math.floor(Date.now() / 1000));
  const name = stand.name('leak');
  const value = `S"c&t/é+${randomBytes(12).toString('hex')}`;
  const needles = needlesOf(value);
  const said: Found[] = [];
  const faaso = async (words: readonly string[], input = ''): Promise<Outcome> => {
    const outcome = await home.faaso(words, { input });
    said.push([`faaso ${words.join(' ')}`, Buffer.from(outcome.stdout + outcome.stderr)]);
    return outcome;
  };
  await writeFunko(name);
  assert.equal((await faaso(['build', name, '--verbose'])).status, 0);
  assert.equal((await faaso(['up', name])).status, 1);
  const setting = faaso(['secret', 'set', name, 'KEY'], value).then(({ status }) => assert.equal(status, 0));
  const seen = await whileIt(`faaso.helper-${name}`, setting);
  assert.ok(seen.some(([place]) => place.startsWith('inspect')));
  assert.equal((await faaso(['up', name, '--steady', '0.1'])).status, 0);

  const digest = createHash('sha256').update(value).digest('hex');
  assert.equal((await faaso(['invoke', name])).stdout, digest);
  const inVolume = await docker('exec', `faaso-${name}.1`, 'cat', '/run/secrets/KEY');
  assert.ok(formsIn(inVolume, needles).includes('raw'), 'the search finds it where it is');

  // What is refused must not give it away either.
  const body = Buffer.from(value);
  await stand.admin(`/funkos/${name}/secrets/KEY`, { method: 'PUT', body });
  await stand.admin(`/funkos/${name}/secrets/K%20`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });
  for (const words of [
    ['secret', 'list', name],
    ['status', name, '--json'],
    ['versions', name, '--json'],
    ['logs', name],
    ['scale', name],
  ])
    await faaso(words);
  await faaso(['secret', 'set', name, 'not/allowed'], value);

  const tags = (await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}')).split('\n');
  const images = tags.filter((tag) => tag.startsWith('faaso.helper:') || tag === `faaso-${name}:v1`);
  assert.ok(images.length >= 2);
  const places = [
    ...said,
    ...seen,
    ...(await engineKnows(since)),
    ...(await imagesHold('node:24-slim', ...images)),
    ...(await containersHold(stand.proxyName, `faaso-${name}.1`)),
    await proxyKeeps(stand),
    ...(await apiTells(stand, name)),
  ];
  const empty = places.filter(([place, bytes]) => bytes.length === 0 && !place.startsWith('/proc/'));
  assert.deepEqual(
    empty.map(([place]) => place),
    [],
  );
  const leaks = places.flatMap(([place, bytes]) =>
    formsIn(bytes, needles).map((form) => `${place}: ${form}`),
  );
  assert.deepEqual(leaks, []);

  assert.match((await faaso(['remove', '--yes', name])).stdout, /its secrets/);
  assert.equal(await docker('volume', 'ls', '--quiet', '--filter', `label=faaso.funko=${name}`), '');
});
