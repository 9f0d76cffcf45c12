import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { startAdmin, TOKEN, type ServerHarness } from '../../../support/cli/server-harness.ts';
import { newHome, type Home } from '../../../support/cli/faaso.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

/** Two servers, `one` and `two`, with a funko each that has the server's name, in a home that knows both. */
async function two(): Promise<AsyncDisposable & { home: Home; first: ServerHarness; second: ServerHarness }> {
  const stack = new AsyncDisposableStack();
  const [first, second] = [stack.use(await startAdmin()), stack.use(await startAdmin())];
  const home = stack.use(await newHome());
  for (const [name, admin] of [
    ['one', first],
    ['two', second],
  ] as const) {
    admin.funkos.known.set(name, statusOf(name));
    const { status, stderr } = await home.faaso(['server', 'add', name, admin.url, '--token', '-'], {
      input: TOKEN,
    });
    assert.equal(status, 0, stderr);
  }
  return { home, first, second, [Symbol.asyncDispose]: async () => stack.disposeAsync() };
}

async function funkosAt(home: Home, words: readonly string[], environment = {}): Promise<string[]> {
  const { stdout, stderr } = await home.faaso([...words, '--json'], { environment });
  assert.equal(stderr, '');
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}

describe('servers by name', () => {
  it('are chosen by --server, before and behind the command, by FAASO_SERVER, and by faaso server use', async () => {
    await using there = await two();
    const { home, second } = there;
    assert.deepEqual(await funkosAt(home, ['status', '--server', 'one']), ['one']);
    assert.deepEqual(await funkosAt(home, ['--server', 'two', 'status']), ['two']);
    assert.deepEqual(await funkosAt(home, ['status', `--server=${second.url}`]), ['two']);
    assert.deepEqual(await funkosAt(home, ['status'], { FAASO_SERVER: 'one' }), ['one']);
    assert.equal((await home.faaso(['server', 'use', 'two'])).status, 0);
    assert.deepEqual(await funkosAt(home, ['status']), ['two']);
    assert.deepEqual(await funkosAt(home, ['status'], { FAASO_SERVER: 'one' }), ['one']);
    assert.deepEqual(await funkosAt(home, ['status', '--server', 'one'], { FAASO_SERVER: 'two' }), ['one']);
  });

  it('are listed, and forgotten with their tokens', async () => {
    await using there = await two();
    const { home, first } = there;
    await home.faaso(['server', 'use', 'one']);
    const listed = JSON.parse((await home.faaso(['server', 'list', '--json'])).stdout) as { name: string }[];
    assert.deepEqual(listed[1], { name: 'one', url: first.url, current: true, token: true });
    assert.match((await home.faaso(['server', 'list'])).stdout, /^one +http:\S+ +stored +\*$/m);
    assert.equal((await home.faaso(['server', 'remove', 'one'])).status, 0);
    const file = home.path('.config', 'faaso', 'config.json');
    const config = JSON.parse(await readFile(file, 'utf8')) as { tokens: object; servers: object };
    assert.deepEqual([Object.keys(config.tokens).length, Object.keys(config.servers)], [1, ['two']]);
    assert.equal('current' in config, false);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('keep the tokens of a config file without names', async () => {
    await using admin = await startAdmin();
    await using home = await newHome();
    await mkdir(home.path('.config', 'faaso'), { recursive: true });
    const config = { tokens: { [admin.url]: TOKEN }, other: 1 };
    await writeFile(home.path('.config', 'faaso', 'config.json'), JSON.stringify(config));
    await home.faaso(['server', 'add', 'old', admin.url]);
    assert.deepEqual(await funkosAt(home, ['status', '--server', 'old']), []);
    const text = await readFile(home.path('.config', 'faaso', 'config.json'), 'utf8');
    assert.equal((JSON.parse(text) as { other: number }).other, 1);
  });

  it('never get the token that the environment has for another one', async () => {
    await using there = await two();
    const { home, first, second } = there;
    await home.faaso(['status', '--server', 'two'], {
      environment: { FAASO_SERVER: first.url, FAASO_TOKEN: 'mine' },
    });
    assert.ok(!second.authorizations.includes('Bearer mine'));
    await home.faaso(['status', '--server', 'one'], {
      environment: { FAASO_SERVER: 'one', FAASO_TOKEN: 'mine' },
    });
    assert.ok(first.authorizations.includes('Bearer mine'));
  });

  it('are named where a name is unknown or none, and exclude --local', async () => {
    await using there = await two();
    const { home } = there;
    const unknown = await home.faaso(['status', '--server', 'tow']);
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /no server "tow"; there are: default, one, two\. Did you mean "two"\?/);
    assert.equal((await home.faaso(['status', '-l', '--server', 'one'])).status, 2);
    assert.equal((await home.faaso(['server', 'add', 'a.b', 'http://x'])).status, 2);
    assert.match((await home.faaso(['server', 'add', 'one', 'http://x'])).stderr, /faaso server remove one/);
    assert.match((await home.faaso(['__complete', '--', 'status', '--server', 't'])).stdout, /^two\thttp/);
  });
});

describe('the URL of a funko', () => {
  it('is in faaso status --json, and what faaso open prints and gives to the browser', async () => {
    await using there = await two();
    const { home, first } = there;
    const [url, byPath] = first.urlsOf('one');
    const { stdout } = await home.faaso(['status', '--server', 'one', '--json']);
    assert.partialDeepStrictEqual(JSON.parse(stdout), [{ url: byPath, urls: [url, byPath] }]);
    assert.equal((await home.faaso(['open', 'one', '--server', 'one', '--print'])).stdout, `${url}\n`);
    await mkdir(home.path('bin'));
    const script = `#!/bin/sh\nprintf %s "$1" > '${home.path('opened')}'\n`;
    await writeFile(home.path('bin', 'xdg-open'), script, { mode: 0o755 });
    const environment = { PATH: `${home.path('bin')}:${process.env['PATH'] ?? ''}` };
    assert.equal((await home.faaso(['open', 'one', '--server', 'one'], { environment })).stdout, `${url}\n`);
    assert.equal(await readFile(home.path('opened'), 'utf8'), url);
  });

  it('is printed where no browser is', async () => {
    await using there = await two();
    const { status, stderr } = await there.home.faaso(['open', 'one', '--server', 'one'], {
      environment: { PATH: '/nowhere' },
    });
    assert.equal(status, 0);
    assert.match(stderr, /No browser was found/);
  });
});
