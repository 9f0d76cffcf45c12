import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectContainer } from '../../../src/docker/containers.ts';
import {
  connectNetwork,
  disconnectNetwork,
  ensureNetwork,
  inspectNetwork,
} from '../../../src/docker/networks.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { RUN } from '../../support/engine/proxy-under-test.ts';
import { engine, named, network } from '../../support/docker/engine-harness.ts';

test('a network is made where there is none, once, though several ask at once', async () => {
  const name = named('network', 'ensured');
  assert.equal(await inspectNetwork(engine, name), undefined);
  const made = await Promise.all([1, 2, 3].map(async () => ensureNetwork(engine, name)));
  assert.equal(new Set(made.map((each) => each.id)).size, 1);
  assert.deepEqual(await ensureNetwork(engine, name), await inspectNetwork(engine, name));
});

test('a container is connected with aliases and disconnected, twice without harm', async () => {
  const [net, name] = [await network(), named('container', 'connected')];
  const flags = ['--name', name, '--label', `faaso.test=${RUN}`, '--network', 'bridge', '--init'];
  await docker('run', '--detach', ...flags, 'node:24-slim', 'sleep', 'infinity');
  for (let time = 0; time < 2; time++) await connectNetwork(engine, net, name, ['faaso-other']);
  assert((await inspectContainer(engine, name))?.networks[net]?.aliases.includes('faaso-other'));
  for (let time = 0; time < 2; time++) await disconnectNetwork(engine, net, name);
  assert.equal((await inspectContainer(engine, name))?.networks[net], undefined);
});

test('a container that is not there cannot be connected, and need not be disconnected', async () => {
  const net = await network();
  await assert.rejects(connectNetwork(engine, net, 'no-such'), { code: 'engine_failed' });
  await disconnectNetwork(engine, net, 'no-such');
});
