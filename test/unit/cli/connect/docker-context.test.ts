import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { engineEndpoint } from '../../../../src/cli/connect/docker-context.ts';
import type { Endpoint } from '../../../../src/docker/engine/endpoint.ts';
import { newHome, type Home } from '../../../support/cli/faaso.ts';

const SOCKET = { type: 'socket', path: '/var/run/docker.sock' };

async function found(home: Home, environment: Record<string, string> = {}): Promise<Endpoint> {
  const { endpoint } = await engineEndpoint({ environment, home: home.folder });
  return endpoint;
}

/** Writes a context as `docker context create` does. */
async function writeContext(
  folder: string,
  name: string,
  docker: object,
  tls: readonly string[] = [],
): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex');
  await mkdir(`${folder}/contexts/meta/${id}`, { recursive: true });
  await writeFile(
    `${folder}/contexts/meta/${id}/meta.json`,
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }),
  );
  await mkdir(`${folder}/contexts/tls/${id}/docker`, { recursive: true });
  for (const file of tls) await writeFile(`${folder}/contexts/tls/${id}/docker/${file}.pem`, file);
}

test('without any setting it is the usual socket', async () => {
  await using home = await newHome();
  assert.deepEqual(await found(home), SOCKET);
  assert.deepEqual(await found(home, { DOCKER_HOST: '', DOCKER_CONTEXT: '' }), SOCKET);
});

test('DOCKER_HOST goes before DOCKER_CONTEXT, and that before the context in use', async () => {
  await using home = await newHome();
  const folder = home.path('.docker');
  await writeContext(folder, 'used', { Host: 'unix:///used.sock' });
  await writeContext(folder, 'named', { Host: 'ssh://me@named' });
  await writeFile(`${folder}/config.json`, JSON.stringify({ currentContext: 'used' }));
  assert.deepEqual(await found(home), { type: 'socket', path: '/used.sock' });
  assert.partialDeepStrictEqual(await found(home, { DOCKER_CONTEXT: 'named' }), {
    type: 'ssh',
    host: 'named',
  });
  assert.deepEqual(await found(home, { DOCKER_CONTEXT: 'default' }), SOCKET);
  const both = { DOCKER_CONTEXT: 'named', DOCKER_HOST: 'unix:///host.sock' };
  assert.deepEqual(await found(home, both), { type: 'socket', path: '/host.sock' });
});

test('DOCKER_CONFIG says where contexts are, and TLS files come with them', async () => {
  await using home = await newHome();
  const folder = home.path('elsewhere');
  await writeContext(folder, 'tls', { Host: 'tcp://x:1', SkipTLSVerify: false }, ['ca', 'cert', 'key']);
  await writeContext(folder, 'skip', { Host: 'tcp://x:1', SkipTLSVerify: true });
  await writeContext(folder, 'plain', { Host: 'tcp://x:1', SkipTLSVerify: false });
  const at = async (context: string): Promise<Endpoint> =>
    found(home, { DOCKER_CONFIG: folder, DOCKER_CONTEXT: context });
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((text) => Buffer.from(text));
  assert.partialDeepStrictEqual(await at('tls'), { tls: { ca, cert, key, verify: true } });
  assert.partialDeepStrictEqual(await at('skip'), { tls: { verify: false } });
  assert.equal('tls' in (await at('plain')), false);
});

test('DOCKER_TLS_VERIFY takes the certificates of DOCKER_CERT_PATH', async () => {
  await using home = await newHome();
  await mkdir(home.path('certs'));
  await writeFile(home.path('certs', 'ca.pem'), 'ca');
  const environment = {
    DOCKER_HOST: 'tcp://x',
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: home.path('certs'),
  };
  assert.partialDeepStrictEqual(await found(home, environment), {
    port: 2376,
    tls: { ca: Buffer.from('ca'), verify: true },
  });
  await assert.rejects(found(home, { ...environment, DOCKER_CERT_PATH: home.path('none') }), {
    code: 'bad_setting',
    message: /DOCKER_CERT_PATH is ".*none"; it must be a folder with ca\.pem/,
  });
});

test('a context that is not there and files that are broken are told with their names', async () => {
  await using home = await newHome();
  await assert.rejects(found(home, { DOCKER_CONTEXT: 'gone' }), {
    code: 'bad_setting',
    message: /^DOCKER_CONTEXT "gone" is not there: no file .*meta\.json\. .*docker context ls$/,
  });
  await mkdir(home.path('.docker'));
  await writeFile(home.path('.docker', 'config.json'), '{');
  await assert.rejects(found(home), { code: 'bad_setting', message: /config\.json is not valid JSON/ });
});
