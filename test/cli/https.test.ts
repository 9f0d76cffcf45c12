/** A server behind a proxy that ends TLS, as on the internet. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { AdminUnderTest, TOKEN } from '../admin/admin-under-test.ts';
import { newHome, writeFunko, type Home } from './faaso.ts';

/** A certificate that vouches for itself, made on the spot. */
async function certificate(home: Home): Promise<{ key: Buffer; cert: Buffer }> {
  const files = ['-keyout', home.path('key.pem'), '-out', home.path('cert.pem')];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await promisify(execFile)('openssl', [...kind, ...files, '-days', '2', ...name]);
  return { key: await readFile(home.path('key.pem')), cert: await readFile(home.path('cert.pem')) };
}

/** Hands on what comes over TLS, byte for byte. */
async function inFront(admin: AdminUnderTest, home: Home): Promise<Server> {
  const server = createServer(await certificate(home));
  server.removeAllListeners('secureConnection').on('secureConnection', (outer) => {
    const inner = connect(Number(new URL(admin.url).port), '127.0.0.1');
    for (const socket of [outer, inner]) socket.on('error', () => undefined);
    outer.pipe(inner).pipe(outer);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}

test('a server is reached over HTTPS; a certificate that is not trusted is told, with the mend', async () => {
  await using admin = await AdminUnderTest.start({ contextBytes: 1024 * 1024 });
  await using home = await newHome();
  const server = await inFront(admin, home);
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
    const environment = { NODE_EXTRA_CA_CERTS: home.path('cert.pem') };
    const trusted = await home.faaso(['build', 'demo'], { environment });
    assert.deepEqual([trusted.status, trusted.stdout], [0, 'faaso-demo:v1\n'], trusted.stderr);
  } finally {
    server.close();
  }
});
