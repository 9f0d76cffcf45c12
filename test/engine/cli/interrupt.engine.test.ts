/** Ctrl-C during `faaso up`, at every stage of it, on a server and with -l: one version is in service afterwards, and what is said is true. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { dockerQuietly } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { poll } from '../../support/engine/wait.ts';
import type { FunkoStatus } from '../../../src/api/funko-api.ts';
import {
  newHome,
  outcomeOf,
  writeFunko,
  type Child,
  type Home,
  type Outcome,
} from '../../support/cli/faaso.ts';

/** A program that answers at once, after `/slow` in 2 s, or never listens. */
const PROGRAM = `process.on('SIGTERM', () => server.close(() => process.exit()));
const server = require('node:http').createServer((request, response) =>
  setTimeout(() => response.end('VERSION'), request.url.includes('slow') ? 2000 : 0));
if ('VERSION' !== 'mute') server.listen(3000); else setInterval(() => {}, 1e6);
`;

async function build(home: Home, name: string, version: string, flags: readonly string[]): Promise<void> {
  await writeFile(home.path(name, 'index.js'), PROGRAM.replaceAll('VERSION', version));
  const { status, stderr } = await home.faaso(['build', ...flags, name]);
  assert.equal(status, 0, stderr);
}

/** Runs a command, and sends SIGINT when its stderr has each of these, one after the other. */
async function interrupted(
  home: Home,
  words: readonly string[],
  ...when: readonly RegExp[]
): Promise<Outcome & { readonly reactedMs: number }> {
  const child = home.start(words);
  const ended = outcomeOf(child);
  let reactedMs = 0;
  for (const each of when) {
    await said(child, each);
    const at = performance.now();
    const reaction = once(child.stderr, 'data');
    child.kill('SIGINT');
    await Promise.race([reaction, ended]);
    reactedMs = Math.max(reactedMs, performance.now() - at);
    // A signal within 300 ms counts as the same one.
    await new Promise((resolve) => setTimeout(resolve, 320));
  }
  return { ...(await ended), reactedMs };
}

async function said(child: Child, what: RegExp): Promise<void> {
  let text = '';
  const { promise, resolve } = Promise.withResolvers<undefined>();
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (what.test(text)) resolve(undefined);
  });
  child.once('close', () => resolve(undefined));
  await promise;
}

for (const kind of ['on a server', 'with -l'] as const) {
  describe(`Ctrl-C in faaso up ${kind}`, () => {
    const flags = kind === 'with -l' ? ['-l'] : [];
    const local = `stop-${RUN}-${randomBytes(2).toString('hex')}`;
    const network = `test-${local}-net`;
    let stand: ProxyHarness | undefined;
    let home: Home;
    let name = local;

    const show = async (): Promise<FunkoStatus | undefined> => {
      const { stdout } = await home.faaso(['status', ...flags, name, '--json']);
      return (JSON.parse(stdout || '[]') as FunkoStatus[])[0];
    };
    const versions = async (): Promise<unknown> =>
      (await show())?.instances.map(({ version, state }) => `${String(version)} ${state}`);

    before(async () => {
      if (kind === 'on a server') {
        stand = await startProxyHarness();
        name = stand.name('stop');
        home = await newHome({ FAASO_SERVER: stand.url, FAASO_TOKEN: stand.token });
      } else home = await newHome({ FAASO_NETWORK: network });
      await writeFunko(home, name);
      await writeFile(
        home.path(name, 'Dockerfile'),
        'FROM node:24-slim\nCOPY index.js .\nCMD ["node", "index.js"]\n',
      );
      await build(home, name, 'one', flags);
      const first = await home.faaso(['up', ...flags, name]);
      assert.equal(first.status, 0, first.stderr);
      await build(home, name, 'mute', flags);
      await build(home, name, 'three', flags);
    });
    after(async () => {
      await home.faaso(['remove', ...flags, '--yes', name]);
      await home[Symbol.asyncDispose]();
      await stand?.[Symbol.asyncDispose]();
      if (!stand) await dockerQuietly('network', 'rm', network);
    });

    it('cancels while it waits until the new version is ready', async () => {
      const words = ['up', ...flags, '--version', 'v2', name];
      const { status, stderr, reactedMs } = await interrupted(home, words, /starting/);
      assert.equal(status, 130, stderr);
      assert.match(stderr, new RegExp(`^cancelling.*\n(.*\n)*cancelled; ${name} v1 keeps running\n$`, 'm'));
      assert.ok(reactedMs < 500, `${reactedMs} ms`);
      assert.deepEqual(await versions(), ['v1 ready']);
    });

    it('cancels while the new version is watched', async () => {
      const { status, stderr } = await interrupted(home, ['up', ...flags, name], / ready /);
      assert.equal(status, 130, stderr);
      assert.match(stderr, new RegExp(`cancelled; ${name} v1 keeps running\n$`));
      assert.deepEqual(await versions(), ['v1 ready']);
    });

    it('finishes it, and says so, once the old version begins to go', async () => {
      const url = stand ? `${stand.url}/funko/${name}/` : (await show())?.url;
      const slow = fetch(`${String(url)}slow`).then(async (answer) => answer.text());
      const words = ['up', ...flags, '--steady', '0.1', name];
      const twice = stand ? [/draining/] : [/draining/, /finishes/];
      const { status, stderr } = await interrupted(home, words, ...twice);
      assert.match(stderr, new RegExp(`${name} v3 is going into service; th.* finishes that`));
      assert.doesNotMatch(stderr, /cancel/);
      assert.equal(status, stand ? 130 : 0);
      assert.equal(await slow, 'one');
      await poll('the version in service', versions, (found) => JSON.stringify(found) === '["v3 ready"]');
    });
  });
}
