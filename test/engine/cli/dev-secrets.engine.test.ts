import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Dev, devName } from '../../support/cli/dev-harness.ts';
import { newHome, writeFunko } from '../../support/cli/faaso.ts';

test('faaso dev gives a funko the secrets of this engine, and says which are not set and how to set them', async () => {
  const name = devName('dev');
  await using home = await newHome();
  await writeFunko(home, name, `name: ${name}\nsecrets: [first, second]\n`);
  const code =
    "const { readFileSync } = require('fs'); require('http').createServer((request, response) => { let text = 'none'; " +
    "try { text = readFileSync('/run/secrets' + request.url, 'utf8'); } catch {} response.end(text); }).listen(3000)";
  await writeFile(
    home.path(name, 'Dockerfile'),
    `FROM node:24-slim\nCMD ["node", "-e", ${JSON.stringify(code)}]\n`,
  );
  {
    await using dev = new Dev(home, name);
    await dev.says(/ready {7}after/);
    await dev.says(/warning: \S+ needs the secrets first, second, and nothing is set/);
    assert.deepEqual(await dev.ask('first'), [200, 'none']);
  }
  assert.equal((await home.faaso(['secret', 'set', '-l', name, 'first'], { input: 'told' })).status, 0);
  try {
    await using dev = new Dev(home, name);
    await dev.says(/ready {7}after/);
    const fix = `needs the secret second, .* start "faaso dev" again: faaso secret set -l ${name} second\n`;
    await dev.says(new RegExp(fix));
    assert.deepEqual(await dev.ask('first'), [200, 'told']);
    assert.ok(!dev.stderr.includes('told'), 'no value is shown');
    dev.child.kill('SIGINT');
    await dev.status;
    assert.deepEqual(await dev.left(), []);
  } finally {
    await home.faaso(['secret', 'remove', '-l', '--yes', name, 'first']);
  }
});
