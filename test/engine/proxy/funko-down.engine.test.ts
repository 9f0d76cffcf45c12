/** What the proxy answers for a funko of which nothing runs: by its versions, which are images alone. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { startProxyHarness } from '../../support/engine/proxy-harness.ts';

test('a funko that was never built is unknown, one that is down says so, one that was removed is unknown again', async () => {
  await using stand = await startProxyHarness({ FAASO_WORKERS: '1' });
  const name = stand.name('down');
  const path = `/funko/${name}/`;
  assert.equal((await stand.fetch(path)).status, 404);
  const dockerfile = `FROM node:24-slim\nLABEL faaso.funko=${name} faaso.version=v1\n`;
  const build = execFile('docker', ['build', '--quiet', '--tag', `faaso-${name}:v1`, '-']);
  build.stdin?.end(dockerfile);
  const { body } = await stand.until(path, (status) => status === 503);
  const { code, detail } = JSON.parse(body) as { code: string; detail: string };
  assert.equal(code, 'funko_down');
  assert.equal(detail, `The funko "${name}" is down. Start it with: faaso up ${name}`);
  assert.equal((await stand.fetch(path)).headers.get('retry-after'), '1');
  await stand.docker('image', 'rm', `faaso-${name}:v1`);
  await stand.until(path, (status, text) => status === 404 && text.includes('unknown_funko'));
});
