/** A server behind a proxy that ends TLS, as on the internet. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { AdminHarness, TOKEN } from '../../support/admin/admin-harness.ts';
import { newHome, writeFunko } from '../../support/cli/faaso.ts';
import { CERTIFICATE, KEY } from '../../support/cli/localhost.ts';

/** Hands on what comes over TLS, byte for byte. */
async function inFront(admin: AdminHarness): Promise<Server> {
  const server = createServer({ key: KEY, cert: CERTIFICATE });
  server.removeAllListeners('secureConnection').on('secureConnection', (outer) => {
    const inner = connect(Number(new URL(admin.url).port), '127.0.0.1');
    for (const socket of [outer, inner]) socket.on('error', () => undefined);
    outer.pipe(inner).pipe(outer);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}

test('a server is reached over HTTPS; a certificate that is not trusted is told, with the fix', async () => {
  await using admin = await AdminHarness.start({ contextBytes: 1024 * 1024 });
  await using home = await newHome();
  const server = await inFront(admin);
  try {
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    home.environment = { FAASO_SERVER: url, FAASO_TOKEN: TOKEN };
    await writeFunko(home, 'demo');
    const untrusted = await home.faaso(['build', 'demo']);
    assert.equal(untrusted.status, 1);
    assert.match(
      untrusted.stderr,
      /^faaso: The certificate of https:.* is not trusted: self-signed certificate\. /m,
    );
    assert.match(untrusted.stderr, /NODE_EXTRA_CA_CERTS=/);
    await writeFile(home.path('cert.pem'), CERTIFICATE);
    const environment = { NODE_EXTRA_CA_CERTS: home.path('cert.pem') };
    const trusted = await home.faaso(['build', 'demo'], { environment });
    assert.deepEqual([trusted.status, trusted.stdout], [0, 'faaso-demo:v1\n'], trusted.stderr);
  } finally {
    server.close();
  }
});
