/** Secrets and stages of builds, through the whole product: command, server, engine; and without a server. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { docker } from '../../support/engine/docker-cli.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { newHome, writeFunko, type Home } from '../../support/cli/faaso.ts';
import { foundIn } from '../../support/cli/saved-image.ts';

const MOUNTS = ['file', 'VARIABLE', 'absent'].map((id) => `--mount=type=secret,id=${id}`).join(' ');

let stand: ProxyHarness;
before(async () => {
  stand = await startProxyHarness();
});
after(async () => stand[Symbol.asyncDispose]());

async function homeOf(name: string, ...lines: string[]): Promise<Home> {
  const home = await newHome({
    FAASO_SERVER: stand.url,
    FAASO_TOKEN: stand.token,
    FAASO_NETWORK: stand.network,
  });
  await writeFunko(home, name);
  await writeFile(home.path(name, 'Dockerfile'), lines.join('\n'));
  return home;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

for (const local of [false, true]) {
  test(`a step reads secrets, and nothing keeps them (${local ? 'here' : 'on the server'})`, async () => {
    const name = stand.name('secret');
    const [file, variable] = [crypto.randomUUID(), crypto.randomUUID()];
    await using home = await homeOf(
      name,
      'FROM debian:trixie-slim',
      `RUN ${MOUNTS} : ${name} && cd /run/secrets && sha256sum * > /sums && ls /run/secrets`,
      'CMD cat /sums',
    );
    await writeFile(home.path('value'), file);
    const secrets = ['--secret', 'id=file,src=value', '--secret', 'id=VARIABLE'];
    const words = ['build', name, '--verbose', ...secrets, ...(local ? ['-l'] : [])];
    const built = await home.faaso(words, { environment: { VARIABLE: variable } });
    assert.equal(built.status, 0, built.stderr);
    const image = built.stdout.trim();
    const sums = await docker('run', '--rm', image);
    assert.deepEqual(sums.split('\n'), [`${digest(variable)}  VARIABLE`, `${digest(file)}  file`]);
    const told = [built.stderr, await stand.logs(), await docker('history', '--no-trunc', image)].join('\n');
    for (const value of [file, variable]) {
      assert.equal(told.includes(value), false);
      assert.equal(told.includes(Buffer.from(value).toString('base64')), false);
    }
    assert.deepEqual(await foundIn(image, [file, variable, digest(file)]), [digest(file)]);
    // As with docker, another value is no other content.
    await writeFile(home.path('value'), 'another');
    const again = await home.faaso(words, { environment: { VARIABLE: variable } });
    assert.match(again.stderr, /is unchanged/);
  });
}

test('a secret that a step needs and nobody gives fails the build', async () => {
  const name = stand.name('needs');
  const line = 'RUN --mount=type=secret,id=must,required=true true';
  await using home = await homeOf(name, 'FROM debian:trixie-slim', line);
  const { status, stderr } = await home.faaso(['build', name, '--secret', 'id=other,src=funko.yml']);
  assert.equal(status, 2);
  assert.match(stderr, /--secret other: .*funko\.yml can.t be read: /);
  const failed = await home.faaso(['build', name]);
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /secret must: not found/);
});

test('--target builds that stage, and another stage is another content', async () => {
  const name = stand.name('stage');
  const lines = ['FROM debian:trixie-slim AS one', 'CMD echo one', 'FROM one AS Two', 'CMD echo two'];
  await using home = await homeOf(name, ...lines);
  for (const [words, said] of [
    [['--target', 'one'], 'one'],
    [['--target', 'two'], 'two'],
    [[], 'two'],
  ] as const) {
    const { status, stdout, stderr } = await home.faaso(['build', name, ...words]);
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /unchanged/);
    assert.equal(await docker('run', '--rm', stdout.trim()), said);
  }
  const { status, stderr } = await home.faaso(['deploy', name, '--target', 'three']);
  assert.equal(status, 2);
  assert.match(stderr, /--target three: the Dockerfile has no such stage; it has one, Two/);
});
