/** Build secrets of runtimes: what a user's own settings and a project's variables do when dependencies are installed. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { docker } from '../../support/engine/docker-cli.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { newHome, type Home } from '../../support/cli/faaso.ts';
import { foundIn } from '../../support/cli/saved-image.ts';

let stand: ProxyHarness;
before(async () => {
  stand = await startProxyHarness();
});
after(async () => stand[Symbol.asyncDispose]());

async function homeOf(name: string, files: Readonly<Record<string, string>>): Promise<Home> {
  const home = await newHome({
    FAASO_SERVER: stand.url,
    FAASO_TOKEN: stand.token,
    FAASO_NETWORK: stand.network,
  });
  await mkdir(home.path(name));
  for (const [path, text] of Object.entries(files)) await writeFile(home.path(name, path), text);
  return home;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Runs while npm installs, with npm's settings in its environment; keeps only digests of what it finds. */
const PROBE = `
const { createHash } = require('node:crypto');
const { writeFileSync } = require('node:fs');
const { FAASO_TEST_TOKEN, npm_config_init_author_url, npm_config_init_author_name } = process.env;
const seen = [FAASO_TEST_TOKEN, npm_config_init_author_url, npm_config_init_author_name];
const digest = (text = 'nothing') => createHash('sha256').update(text).digest('hex');
writeFileSync('seen.json', JSON.stringify(seen.map((text) => digest(text))));
`;

/** A folder that was never built: a step that was run with secrets is cached for others too. */
const filesOf = (name: string): Record<string, string> => ({
  'funko.yml': `name: ${name}\nruntime: node\n`,
  'index.js': 'export default () => "hello";\n',
  // npm passes no token on; another value of the same file shows that it was filled in.
  '.npmrc': '//npm.invalid/:_authToken=${FAASO_TEST_TOKEN}\ninit-author-url=${FAASO_TEST_TOKEN}\n',
  'package.json': '{ "type": "module", "scripts": { "preinstall": "node probe.cjs" } }',
  'probe.cjs': `${PROBE}// ${crypto.randomUUID()}\n`,
});

test('npm reads a .npmrc of the user and the variables that the project names, and no image keeps them', async () => {
  const name = stand.name('npmrc');
  const [token, author] = [crypto.randomUUID(), crypto.randomUUID()];
  await using home = await homeOf(name, filesOf(name));
  await writeFile(home.path('mine'), `init-author-name=${author}\n`);
  const words = ['build', name, '--secret', 'id=npmrc,src=mine', '--secret', 'id=FAASO_TEST_TOKEN'];
  const built = await home.faaso(words, { environment: { FAASO_TEST_TOKEN: token } });
  assert.equal(built.status, 0, built.stderr);
  const image = built.stdout.trim();
  const seen = await docker(
    'run',
    '--rm',
    '--user',
    '0',
    image,
    'sh',
    '-c',
    'cat seen.json; echo; ls -A /root /run',
  );
  assert.equal(seen.split('\n')[0], JSON.stringify([token, token, author].map(digest)));
  assert.doesNotMatch(seen, /npmrc|netrc|secrets/);
  assert.deepEqual(await foundIn(image, [token, author, digest(token)]), [digest(token)]);
  const told = [built.stderr, await stand.logs(), await docker('history', '--no-trunc', image)].join('\n');
  assert.equal(told.includes(token) || told.includes(author), false);
});

test('without its secrets the same project installs as ever', async () => {
  const name = stand.name('bare');
  await using home = await homeOf(name, filesOf(name));
  const built = await home.faaso(['build', name]);
  assert.equal(built.status, 0, built.stderr);
  const seen = await docker('run', '--rm', built.stdout.trim(), 'cat', 'seen.json');
  assert.equal(seen, JSON.stringify(['nothing', '${FAASO_TEST_TOKEN}', 'nothing'].map(digest)));
});

test('pip reads a pip.conf of the user and the variables that requirements.txt names', async () => {
  const name = stand.name('pip');
  const value = crypto.randomUUID();
  await using home = await homeOf(name, {
    // The same layers as those of the runtime's own test.
    'funko.yml': `name: ${name}\nruntime: python\noptions: { ship_packages: [python3-flask] }\n`,
    'app.py': 'def app(environ, start_response): pass\n',
    // Already there as Debian's package: no index of packages is asked.
    'requirements.txt': `# ${crypto.randomUUID()}\n--find-links /\${FAASO_TEST_PLACE}\ngunicorn\n`,
  });
  await writeFile(home.path('mine'), '[install]\nreport = /opt/venv/report.json\n');
  const words = [
    'build',
    name,
    '--verbose',
    '--secret',
    'id=pip.conf,src=mine',
    '--secret',
    'id=FAASO_TEST_PLACE',
  ];
  const built = await home.faaso(words, { environment: { FAASO_TEST_PLACE: value } });
  assert.equal(built.status, 0, built.stderr);
  assert.match(built.stderr, new RegExp(`Looking in links: /${value}`));
  const report = await docker(
    'run',
    '--rm',
    '--entrypoint',
    'cat',
    built.stdout.trim(),
    '/opt/venv/report.json',
  );
  assert.match(report, /"pip_version"/);
});
