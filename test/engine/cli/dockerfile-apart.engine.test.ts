/** A Dockerfile that is no part of the context, through the whole product: command, server, engine; and without a server. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { docker } from '../../support/engine/docker-cli.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { newHome, writeFunko, type Home } from '../../support/cli/faaso.ts';

let stand: ProxyHarness;
before(async () => {
  stand = await startProxyHarness();
});
after(async () => stand[Symbol.asyncDispose]());

async function newFunko(name: string, manifest?: string): Promise<Home> {
  const home = await newHome({
    FAASO_SERVER: stand.url,
    FAASO_TOKEN: stand.token,
    FAASO_NETWORK: stand.network,
  });
  await writeFunko(home, name, manifest);
  return home;
}

/** Behind the copy of all that there is: `word`. */
function dockerfileOf(name: string, word: string): string {
  return `FROM debian:trixie-slim\nWORKDIR /${name}\nCOPY . .\nCMD ls -A && echo ${word}\n`;
}

/** Builds it. Gives how the copy came about, and what the image says when it runs. */
async function built(
  home: Home,
  name: string,
  ...words: string[]
): Promise<{ copy?: string; says: string[] }> {
  const { status, stdout, stderr } = await home.faaso(['build', name, ...words]);
  assert.equal(status, 0, stderr);
  const copy = /^ +(\w+) .*COPY \. \.$/m.exec(stderr)?.[1] ?? '';
  return { copy, says: (await docker('run', '--rm', stdout.trim())).split('\n') };
}

for (const words of [[], ['-l']]) {
  const where = words.length === 0 ? 'on a server' : 'here';
  test(`a change of an ignored Dockerfile builds only what changed in it, ${where}`, async () => {
    const name = stand.name('apart');
    await using home = await newFunko(name);
    await writeFile(home.path(name, '.dockerignore'), 'Dockerfile\n');
    await writeFile(home.path(name, 'a.txt'), name);
    const seen = [];
    // Of one length, which is all that a listing of files would show of it.
    for (const word of ['one', 'two', 'one']) {
      await writeFile(home.path(name, 'Dockerfile'), dockerfileOf(name, word));
      seen.push(await built(home, name, ...words));
    }
    assert.deepEqual(seen, [
      { copy: 'done', says: ['a.txt', 'one'] },
      { copy: 'cached', says: ['a.txt', 'two'] },
      { copy: 'cached', says: ['a.txt', 'one'] },
    ]);
    const again = await home.faaso(['build', name, ...words]);
    assert.match(again.stderr, /is unchanged/);
  });
}

test('a change of a Dockerfile that a runtime makes builds only what changed in it', async () => {
  const name = stand.name('made');
  const manifest = (word: string): string => `name: ${name}\nruntime: ../mine\noptions: { word: ${word} }\n`;
  await using home = await newFunko('unused');
  await mkdir(home.path('mine'));
  const option = '{ type: string, default: x, help: A word. }';
  await writeFile(home.path('mine/runtime.yml'), `description: A test\noptions:\n  word: ${option}\n`);
  await writeFile(home.path('mine/Dockerfile.ejs'), dockerfileOf(name, '<%= options.word %>'));
  await mkdir(home.path(name));
  await writeFile(home.path(name, 'a.txt'), name);
  for (const [word, copy] of [
    ['one', 'done'],
    ['two', 'cached'],
  ] as const) {
    await writeFile(home.path(name, 'funko.yml'), manifest(word));
    assert.deepEqual(await built(home, name, '--trust-runtime'), { copy, says: ['a.txt', word] });
  }
});

test('a Dockerfile of the folder that nothing ignores is in the context, as with docker', async () => {
  const name = stand.name('within');
  await using home = await newFunko(name);
  await writeFile(home.path(name, 'Dockerfile'), dockerfileOf(name, 'x'));
  assert.deepEqual(await built(home, name), { copy: 'done', says: ['Dockerfile', 'x'] });
});
