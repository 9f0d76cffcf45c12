import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { startAdmin, TOKEN } from '../../../support/cli/server-harness.ts';
import { newHome, type Home } from '../../../support/cli/faaso.ts';

const file = (home: Home): string => home.path('.config', 'faaso', 'config.json');

describe('faaso login', () => {
  it('keeps a token from stdin once the server took it, and other commands then use it', async () => {
    await using admin = await startAdmin();
    await using home = await newHome({ FAASO_SERVER: admin.url });
    const login = await home.faaso(['login', '--token', '-'], { input: `${TOKEN}\n` });
    const stdout = `logged in to ${admin.url} (FaaSO 9.8.7, Docker Engine 26.1.5)\n`;
    assert.deepEqual(login, { status: 0, stdout, stderr: '' });
    assert.equal((await stat(file(home))).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(await readFile(file(home), 'utf8')), {
      tokens: { [admin.url.replace('127.0.0.1', 'localhost')]: TOKEN },
    });
    assert.equal((await home.faaso(['status'])).status, 0);
  });

  it('never sends a token to another server than the one it is for', async () => {
    await using admin = await startAdmin();
    await using other = await startAdmin();
    await using home = await newHome();
    await home.faaso(['login', admin.url, '--token', '-'], { input: TOKEN });
    const { status, stderr } = await home.faaso(['status'], { environment: { FAASO_SERVER: other.url } });
    assert.equal(status, 1);
    assert.match(stderr, /no token for .* is known/);
    assert.deepEqual(other.authorizations, ['Bearer none']);
  });

  it('keeps nothing that the server refuses', async () => {
    await using admin = await startAdmin();
    await using home = await newHome();
    const { status, stdout, stderr } = await home.faaso(['login', admin.url, '--token', '-'], {
      input: 'wrong-token',
    });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /token/);
    assert.doesNotMatch(stderr, /wrong-token/);
    await assert.rejects(stat(file(home)), { code: 'ENOENT' });
  });

  it('says which server other commands talk to, and that FAASO_TOKEN goes first', async () => {
    await using admin = await startAdmin();
    await using home = await newHome({ FAASO_TOKEN: 'another' });
    const { stderr } = await home.faaso(['login', admin.url, '--token', '-'], { input: TOKEN });
    assert.match(
      stderr,
      new RegExp(`other commands still talk to http://localhost:8888: set FAASO_SERVER=${admin.url}\n`),
    );
    assert.match(stderr, /FAASO_TOKEN is set, and goes before/);
  });

  for (const [input, what] of [
    ['', 'is empty'],
    ['two words', 'holds characters that no token has'],
  ] as const) {
    it(`refuses a token that ${what}`, async () => {
      await using home = await newHome();
      const { status, stderr } = await home.faaso(['login', 'http://localhost:1', '--token', '-'], { input });
      assert.equal(status, 2);
      assert.ok(stderr.endsWith(`${what}\n`), stderr);
      assert.doesNotMatch(stderr, /two words/);
    });
  }

  it('says how to get the token of a server elsewhere when there is nobody to ask', async () => {
    await using home = await newHome();
    const { status, stderr } = await home.faaso(['login', 'https://faaso.example.org']);
    assert.equal(status, 2);
    assert.match(stderr, /cat \/data\/token \| faaso login https:\/\/faaso\.example\.org --token -\n$/);
  });

  it('says so when there is no engine to read the token from', async () => {
    await using home = await newHome();
    const { status, stderr } = await home.faaso(['login'], {
      environment: { DOCKER_HOST: 'unix:///none.sock' },
    });
    assert.equal(status, 1);
    assert.match(stderr, /^faaso: .*\/none\.sock.*faaso login http:\/\/localhost:8888 --token -\n$/);
  });
});
