/** New versions that are no good, through the real command, while clients ask: the old one answers throughout. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import { newHome, outcomeOf, type Home } from '../../support/cli/faaso.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { Load, type LoadOptions } from '../../support/life/load.ts';
import { versionOf } from '../../support/life/versions.ts';

let stand: ProxyHarness;
let home: Home;
let funkos: ServerFunkos;
before(async () => {
  stand = await startProxyHarness();
  home = await newHome({ FAASO_SERVER: stand.url, FAASO_TOKEN: stand.token });
  funkos = new ServerFunkos({ url: stand.url, token: stand.token });
});
after(async () => {
  await home[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

const LIGHT = { kept: 1, fresh: 1, uploads: 0, pauseMs: 20 };
const DRAIN = 20;

/** A funko whose v1 is good and in service. */
async function good(word: string): Promise<string> {
  const name = stand.name(word);
  await funkos.build(await versionOf(name, 'v1', { drain: DRAIN }), () => undefined);
  await funkos.up({ name, steadyMs: 0 }, () => undefined);
  return name;
}

function load(name: string, options: Partial<LoadOptions> = {}): Load {
  const url = `${stand.url}/funko/${name}/`;
  return new Load({ ...LIGHT, url, drainMs: DRAIN * 1000, ...options }, 'v1');
}

/** A folder of this funko, whose containers run this. */
async function write(name: string, program: string): Promise<void> {
  const command = JSON.stringify(['node', '-e', `process.on('SIGTERM', () => process.exit()); ${program}`]);
  await mkdir(home.path(name));
  await writeFile(home.path(name, 'funko.yml'), `name: ${name}\nhealthcheck: { path: /ping }\n`);
  const lines = ['FROM node:24-slim', `LABEL faaso.test=${RUN}`, `CMD ${command}`];
  await writeFile(home.path(name, 'Dockerfile'), lines.join('\n'));
}

/** It keeps no connection, so that few requests are on their way when it crashes. */
const server = (status: number): string =>
  `require('node:http').createServer((q, r) => r.writeHead(${status}, { connection: 'close' }).end('bad')).listen(3000)`;

const CASES = [
  {
    word: 'silent',
    title: 'never gets ready',
    program: `console.error('no database yet'); setInterval(() => {}, 1000);`,
    options: ['--timeout', '2'],
    says: /v2 did not get ready, and was removed again: \/ping did not answer .* within 2 s[^]*no database yet/,
  },
  {
    word: 'elsewhere',
    title: 'listens on another port',
    program: `require('node:http').createServer().listen(8080, '127.0.0.1')`,
    options: ['--timeout', '2'],
    says: /v2 did not get ready.* within 2 s: its program listens on port 8080 of localhost alone.* "port: 8080"/,
  },
  {
    word: 'crash',
    title: 'crashes 2 s after it was ready',
    program: `${server(200)}; setTimeout(() => { console.error("KeyError: 'BOOM'"); process.exit(3); }, 2000);`,
    options: ['--steady', '10'],
    says: /was ready, but .* s later its program ended.* BOOM is not set[^]*The new instances were removed again[^]*BOOM/,
  },
  {
    word: 'ill',
    title: 'answers 500 to its health path',
    program: `console.error('half asleep'); ${server(500)};`,
    options: ['--timeout', '2'],
    says: /v2 did not get ready[^]*\/ping did not answer with a status below 400 within 2 s[^]*half asleep/,
  },
];

describe(
  'the old version answers throughout, and the reason is told in plain words',
  { concurrency: true },
  () => {
    for (const { word, title, program, options, says } of CASES) {
      test(`when the new one ${title}`, async () => {
        const name = await good(word);
        const clients = load(name);
        await write(name, program);
        // What of the new one is ready for a while answers too.
        clients.allow('v1', 'bad');
        const { status, stdout, stderr } = await home.faaso(['deploy', `./${name}`, ...options]);
        assert.deepEqual([status, stdout], [1, '']);
        assert.match(stderr, says);
        clients.allow('v1');
        // A request that a crashing program has got is lost with it: nobody may repeat it.
        const { failures } = await clients.stop();
        const ofTheOldOne = failures.filter((failure) => !failure.includes(`faaso-${name}.2 broke off`));
        assert.deepEqual(ofTheOldOne, []);
        const { instances } = await funkos.show(name);
        assert.deepEqual(
          instances.map((one) => [one.name, one.state]),
          [[`faaso-${name}.1`, 'ready']],
        );
      });
    }

    test('when the image of the new one is gone', async () => {
      const name = await good('gone');
      const clients = load(name);
      await write(name, server(200));
      assert.equal((await home.faaso(['build', `./${name}`])).status, 0);
      await docker('image', 'rm', '--force', `faaso-${name}:v2`, `faaso-${name}:latest`);
      const { status, stderr } = await home.faaso(['up', name, '--version', 'v2']);
      assert.equal(status, 1);
      assert.match(stderr, /has no version "v2". There are: v1\./);
      assert.deepEqual((await clients.stop()).failures, []);
    });
  },
);

test('of two at once the second waits, or is refused if it is told not to wait', async () => {
  const name = await good('busy');
  await funkos.build(await versionOf(name, 'v2', { drain: DRAIN }), () => undefined);
  const first = home.start(['up', name, '--steady', '2']);
  first.stdin.end();
  await once(first.stderr, 'data');
  const outcome = outcomeOf(first);
  const [refused, waited] = await Promise.all([
    home.faaso(['up', name, '--no-wait']),
    home.faaso(['up', name]),
  ]);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /Another operation on ".*" is in progress/);
  assert.deepEqual([(await outcome).status, waited.status], [0, 0]);
  assert.match(waited.stderr, /v2 is in service already/);
});

test('an old one that drains gets requests again when the new one ends, and its streams go on', async () => {
  const name = await good('resumed');
  const [stream] = (await once(get(`${stand.url}/funko/${name}/events`), 'response')) as [IncomingMessage];
  let ended = false;
  stream.resume().once('close', () => (ended = true));
  await write(name, `${server(200)}; setTimeout(() => process.exit(3), 2000);`);
  const { status, stderr } = await home.faaso(['deploy', `./${name}`, '--steady', '0']);
  assert.equal(status, 1);
  assert.match(stderr, /draining +faaso-.*\.1\n[^]*its program ended/);
  const clients = load(name);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual((await clients.stop()).failures, []);
  assert.equal(ended, false);
  stream.destroy();
});
