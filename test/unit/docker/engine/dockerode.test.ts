/** dockerode is loaded without packages that nothing here calls (dockerode.ts). An upgrade that needs them, or no longer has them, fails here. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Dockerode } from '../../../../src/docker/engine/dockerode.ts';

const require = createRequire(import.meta.url);

test('dockerode has all that is called, and the packages that are left out are empty', () => {
  const docker = new Dockerode({ socketPath: '/nowhere.sock' });
  for (const name of [
    'getImage',
    'getContainer',
    'getNetwork',
    'getVolume',
    'getExec',
    'createContainer',
    'getEvents',
  ] as const)
    assert.equal(typeof docker[name], 'function', name);
  assert.equal(typeof (docker.modem as { dial: unknown }).dial, 'function');
  const dockerode = require.resolve('dockerode');
  const modem = createRequire(dockerode).resolve('docker-modem');
  const places = {
    ssh2: modem,
    '@grpc/grpc-js': dockerode,
    '@grpc/proto-loader': dockerode,
    'tar-fs': dockerode,
  };
  for (const [name, from] of Object.entries(places)) {
    const path = createRequire(from).resolve(name);
    assert.deepEqual(Object.keys(require.cache[path]?.exports as object), [], name);
  }
});
