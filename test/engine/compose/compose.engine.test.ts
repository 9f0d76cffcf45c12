import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEFAULT_SOCKET } from '../../../src/docker/engine/endpoint.ts';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { ensureNetwork } from '../../../src/docker/networks.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { imageOfTests } from '../../support/engine/proxy-under-test.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { poll } from '../../support/engine/wait.ts';

/** What compose.yaml promises about the proxy's container, looked at from inside it. */
let stand: ProxyHarness;
before(async () => {
  stand = await startProxyHarness();
});
after(() => stand[Symbol.asyncDispose]());

const connect = `require('node:net').connect('/engine/run/docker.sock')
  .on('connect', () => { console.log('connected'); process.exit(); })
  .on('error', (error) => console.log(error.code));`;

test('the engine can be reached by root alone, not by the user that carries the traffic', async () => {
  assert.equal(await stand.docker('exec', stand.proxyName, 'node', '-e', connect), 'connected');
  assert.equal(
    await stand.docker('exec', '--user', '10001', stand.proxyName, 'node', '-e', connect),
    'EACCES',
  );
});

test('the workers run as that user, without a capability and without a way to get one', async () => {
  const script = `for (const id of require('node:fs').readdirSync('/proc').filter(Number)) {
    const status = require('node:fs').readFileSync('/proc/' + id + '/status', 'utf8');
    const [, uid] = /^Uid:\\s+(\\d+)/m.exec(status), [, effective] = /^CapEff:\\s+(\\w+)/m.exec(status);
    if (uid === '10001') console.log(Number('0x' + effective), /^NoNewPrivs:\\s+(\\d)/m.exec(status)[1]);
  }`;
  assert.equal(await stand.docker('exec', stand.proxyName, 'node', '-e', script), '0 1\n0 1');
});

test('the root filesystem cannot be written to', async () => {
  const write = `try { require('node:fs').writeFileSync('/app/x', '') } catch (error) { console.log(error.code) }`;
  assert.equal(await stand.docker('exec', stand.proxyName, 'node', '-e', write), 'EROFS');
});

test('Docker finds the proxy healthy', async () => {
  const health = (): Promise<string> =>
    stand.docker('inspect', '--format', '{{.State.Health.Status}}', stand.proxyName);
  await poll('the health', health, (status) => status === 'healthy');
});

test('another proxy is no funko, though its container has the name of one', async () => {
  const [second, later] = [stand.name('second'), stand.name('later')];
  const image = await imageOfTests();
  await stand.run({ name: `faaso-${second}`, image, command: ['sleep', '600'] });
  await stand.serve(`faaso-${later}`, 'response.end()');
  await stand.until(`/funko/${later}/`, (status) => status === 200);
  await stand.until(`/funko/${second}/`, (status) => status === 404);
  const funkos = (await (await stand.admin('/funkos')).json()) as { funkos: { name: string }[] };
  assert.deepEqual(
    funkos.funkos.map(({ name }) => name).filter((name) => name === second || name === later),
    [later],
  );
});

test('a network that `faaso up -l` made before is taken over', async () => {
  const engine = new Engine({ socketPath: DEFAULT_SOCKET });
  const made: string[] = [];
  await using early = await startProxyHarness({}, async ({ network }) => {
    made.push((await ensureNetwork(engine, network)).id);
  });
  assert.deepEqual(made, [await docker('network', 'inspect', '--format', '{{.ID}}', early.network)]);
});
