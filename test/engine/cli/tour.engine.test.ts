/** The whole product, as a new user walks through it: on a server, and with -l on the local engine. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { docker, dockerQuietly } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { poll } from '../../support/engine/wait.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import type { FunkoStatus } from '../../../src/api/funko-api.ts';
import { newHome, type Home, type Outcome } from '../../support/cli/faaso.ts';

/** Runs a command that must succeed. */
async function succeed(home: Home, ...words: string[]): Promise<Outcome> {
  const outcome = await home.faaso(words);
  assert.equal(outcome.status, 0, `faaso ${words.join(' ')}: ${outcome.stderr}`);
  return outcome;
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  assert.ok(text.includes(from), `${file} has no ${from}`);
  await writeFile(file, text.replace(from, to));
}

/** What the engine has of a funko: containers and images. */
async function leftOf(name: string): Promise<string> {
  const containers = await docker(
    'ps',
    '--all',
    '--format',
    '{{.Names}}',
    '--filter',
    `name=^/faaso-${name}`,
  );
  const images = await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `faaso-${name}`);
  // The engine lists images by age, and a version that reuses another one's layers is as old as that one.
  return `${containers}\n${images.split('\n').sort().join('\n')}`.trim();
}

describe('the tour with a server', () => {
  let stand: ProxyHarness;
  let home: Home;
  let name: string;

  before(async () => {
    stand = await startProxyHarness();
    home = await newHome({ FAASO_SERVER: stand.url });
    name = stand.name('tour');
  });
  after(async () => {
    await home[Symbol.asyncDispose]();
    await stand[Symbol.asyncDispose]();
  });

  const message = async (): Promise<unknown> => (await stand.fetch(`/funko/${name}/?name=Ada`)).json();
  const underItsName = async (path: string): Promise<string> => {
    const headers = { host: `${name}.localhost:${stand.port}` };
    const asked = request({ host: '127.0.0.1', port: stand.port, path, headers }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return text(answer);
  };
  const status = async (): Promise<FunkoStatus> => {
    const { stdout } = await succeed(home, 'status', name, '--json');
    const [found] = JSON.parse(stdout) as FunkoStatus[];
    assert.ok(found);
    return found;
  };

  it('logs in through Docker, to the container at that address only', async () => {
    const { stdout } = await succeed(home, 'login', '--container', stand.proxyName);
    assert.match(stdout, new RegExp(`^logged in to ${stand.url} \\(FaaSO .*, Docker Engine \\d`));
    const elsewhere = await home.faaso(['login', 'http://localhost:1', '--container', stand.proxyName]);
    assert.equal(elsewhere.status, 2);
    assert.match(
      elsewhere.stderr,
      new RegExp(`it publishes ${stand.port}; say: faaso login http://localhost:${stand.port}\n$`),
    );
    const nothing = await home.faaso(['login', '--container', `${stand.proxyName}-none`]);
    assert.equal(nothing.status, 1);
    assert.match(nothing.stderr, /there is no container .*docker compose up -d/);
  });

  it('makes, builds and starts a funko that answers at the URL that is printed', async () => {
    await succeed(home, 'new', name, '-r', 'node');
    assert.equal((await succeed(home, 'build', name)).stdout, `faaso-${name}:v1\n`);
    const { stdout, stderr } = await succeed(home, 'up', name);
    assert.equal(stdout, `${stand.url}/funko/${name}/\n`);
    assert.ok(stderr.endsWith(`\nhttp://${name}.localhost:${stand.port}/\n`), stderr);
    assert.deepEqual(await message(), { message: 'Hello, Ada!' });
    assert.match(await underItsName('/?name=Ada'), /Hello, Ada!/);
    assert.match(await underItsName('/admin/version'), /Hello/, 'the admin API is another origin');
    assert.equal(await (await stand.fetch(`/funko/${name}/ping`)).text(), 'OK\n');
  });

  it('answers with the new code after an edit, a build and an up', async () => {
    await edit(home.path(name, 'funko.yml'), 'Hello', 'Good day');
    await succeed(home, 'build', `./${name}/`);
    assert.deepEqual(await message(), { message: 'Hello, Ada!' });
    await succeed(home, 'up', name);
    assert.deepEqual(await message(), { message: 'Good day, Ada!' });
    const { state, latest, instances } = await status();
    assert.deepEqual(
      { state, latest, running: instances.map((one) => one.version) },
      { state: 'ready', latest: 'v2', running: ['v2'] },
    );
  });

  it('goes back to an older version', async () => {
    await succeed(home, 'up', name, '--version', 'v1');
    assert.deepEqual(await message(), { message: 'Hello, Ada!' });
    await succeed(home, 'up', name);
  });

  it("ends a broken build with the engine's words and exit status 1, and touches nothing that runs", async () => {
    const { instances } = await status();
    const before = await leftOf(name);
    await writeFile(
      home.path(name, 'Dockerfile'),
      'FROM node:24-slim\nRUN echo on my way && no-such-command\n',
    );
    const { status: exit, stdout, stderr } = await home.faaso(['build', name]);
    assert.deepEqual([exit, stdout], [1, '']);
    assert.match(stderr, /^ {2}failed .*RUN echo on my way && no-such-command$/m);
    assert.match(stderr, /^faaso: .*exit code: 127/m);
    assert.match(stderr, /^ {2}.*no-such-command: not found$/m);
    assert.equal(await leftOf(name), before);
    assert.deepEqual(
      (await status()).instances.map(({ id }) => id),
      instances.map(({ id }) => id),
    );
    assert.deepEqual(await message(), { message: 'Good day, Ada!' });
  });

  it('shows a container that is almost a funko, with the command that fixes it', async () => {
    const lost = stand.name('lost');
    await stand.serve(`faaso-${lost}`, 'response.end("found")', { network: 'bridge' });
    const table = async (): Promise<string> => (await succeed(home, 'status')).stdout;
    const shown = await poll('faaso status', table, (text) => text.includes(lost));
    // Other tests' containers may be almost funkos, too.
    const line = new RegExp(`^ {2}fix: docker (network connect .* faaso-${lost})$`, 'm');
    const [, fix] = line.exec(shown) ?? [];
    assert.ok(fix, shown);
    await stand.docker(...fix.split(' '));
    await stand.until(`/funko/${lost}/`, (code, body) => code === 200 && body === 'found');
  });

  it('takes a funko down, and removes it with all its versions', async () => {
    await succeed(home, 'down', name);
    assert.equal((await status()).state, 'down');
    await succeed(home, 'remove', '--yes', name);
    assert.equal(await leftOf(name), '');
    assert.equal((await home.faaso(['status', name])).status, 1);
    assert.equal((await stand.fetch(`/funko/${name}/`)).status, 404);
  });
});

describe('the tour without a server', () => {
  const id = `${RUN}-${randomBytes(2).toString('hex')}`;
  const name = `local-${id}`;
  const network = `test-${id}-net`;
  let home: Home;

  before(async () => {
    home = await newHome({ FAASO_NETWORK: network });
  });
  after(async () => {
    await home.faaso(['remove', '-l', '--yes', name]);
    await dockerQuietly('network', 'rm', network);
    await home[Symbol.asyncDispose]();
  });

  it('builds and starts a funko on a port of 127.0.0.1, spelled -l or -local', async () => {
    await succeed(home, 'new', name, '-r', 'node');
    assert.equal((await succeed(home, 'build', '-local', name)).stdout, `faaso-${name}:v1\n`);
    const url = (await succeed(home, 'up', '-l', name)).stdout.trim();
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const answer: unknown = await (await fetch(`${url}?name=Ada`)).json();
    assert.deepEqual(answer, { message: 'Hello, Ada!' });
    assert.match(
      (await succeed(home, 'status', '--local')).stdout,
      new RegExp(`^${name} +ready +v1 .*${url}$`, 'm'),
    );
  });

  it('does nothing when the newest version runs already', async () => {
    const { stderr } = await succeed(home, 'up', '-l', name);
    assert.match(stderr, /is in service already\n$/);
  });

  it('takes it away again', async () => {
    await succeed(home, 'down', '-l', name);
    await succeed(home, 'remove', '-l', '--yes', name);
    assert.equal(await leftOf(name), '');
  });
});
