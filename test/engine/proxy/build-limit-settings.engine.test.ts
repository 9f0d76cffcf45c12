import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cgroupOfTest } from '../../support/engine/cgroups.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { tarOf } from '../../support/admin/tar.ts';

let stand: ProxyHarness;
before(async () => {
  stand = await startProxyHarness({ FAASO_BUILD_MEMORY_MIB: '200', FAASO_BUILD_CGROUP: cgroupOfTest() });
});
after(async () => stand[Symbol.asyncDispose]());

test('the proxy limits its builds, and no container stays that does it', async () => {
  const name = stand.name('limited');
  const hungry = 'const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))';
  const Dockerfile = `FROM node:24-slim\nLABEL faaso.test=${RUN}\nRUN : ${name}; node -e '${hungry}'\n`;
  const answer = await stand.admin(`/funkos/${name}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: new Uint8Array(await tarOf({ 'funko.yml': `name: ${name}\n`, Dockerfile })),
  });
  assert.match(
    await answer.text(),
    /"type":"error","code":"build_failed".*Dockerfile:3.*the 200 MiB of memory/s,
  );
  assert.doesNotMatch(await stand.logs(), /without limits/);
  const containers = await stand.docker('ps', '--all', '--format', '{{.Names}}');
  assert.ok(!containers.includes(`${stand.proxyName}.`), containers);
});
