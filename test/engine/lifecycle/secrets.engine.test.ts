import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import { LocalTraffic } from '../../../src/lifecycle/local/local-traffic.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

async function set(name: string, key: string, value: string): Promise<boolean> {
  return (await place.funkos.secrets.set({ name, key, value: Buffer.from(value) })).replaced;
}

async function up(name: string, version?: string): Promise<string> {
  const request = { name, steadyMs: 0, ...(version === undefined ? {} : { version }) };
  return (await place.funkos.up(request, () => undefined)).instance;
}

async function volumes(name: string): Promise<string> {
  return docker('volume', 'ls', '--quiet', '--filter', `label=faaso.funko=${name}`);
}

test('a secret can be set before the funko is built, is read in its containers only, and changes without a restart', async () => {
  const name = place.name('secret');
  assert.equal(await set(name, 'KEY', 'one'), false);
  await place.build(name, { answer: 'a', settings: { secrets: ['KEY'], user: '4711:4711', readonly: true } });
  const instance = await up(name);
  const read = async (): Promise<string> => docker('exec', instance, 'cat', '/run/secrets/KEY');
  assert.equal(await read(), 'one');
  assert.equal(await set(name, 'KEY', 'two'), true);
  assert.equal(await read(), 'two');
  const write = docker('exec', '--user', '0', instance, 'sh', '-c', 'echo x > /run/secrets/KEY');
  await assert.rejects(write, /Read-only file system/);
  assert.equal(await docker('inspect', '--format', '{{.RestartCount}}', instance), '0');
  assert.deepEqual(await place.funkos.secrets.list(name), { funko: name, secrets: ['KEY'], missing: [] });
});

test('a version whose secrets are not all set is not started: not by up, rollback or scale, nor planned', async () => {
  const name = place.name('missing');
  await place.build(name, { answer: 'one', settings: { secrets: ['A', 'B'] } });
  const lacking = { code: 'missing_secret', message: /needs the secrets A, B.*faaso secret set \S+ A && / };
  await assert.rejects(up(name), lacking);
  await assert.rejects(
    place.funkos.up({ name, dryRun: true }, () => undefined),
    lacking,
  );
  assert.deepEqual(await place.containers(name), []);
  assert.deepEqual((await place.funkos.secrets.list(name)).missing, ['A', 'B']);

  await set(name, 'A', 'a');
  await assert.rejects(up(name), { code: 'missing_secret', message: /needs the secret B,/ });
  await set(name, 'B', 'b');
  await up(name);
  await place.build(name, { answer: 'two' });
  await up(name);
  await place.funkos.secrets.remove({ name, key: 'B' });
  const back = place.funkos.rollback({ name }, () => undefined);
  await assert.rejects(back, { code: 'missing_secret', message: /^v1 / });
  assert.deepEqual(await place.containers(name), [`faaso-${name}.2`]);

  await set(name, 'B', 'b');
  await up(name, 'v1');
  await place.funkos.secrets.remove({ name, key: 'A' });
  await assert.rejects(
    place.funkos.scale({ name, count: 2 }, () => undefined),
    { code: 'missing_secret' },
  );
  assert.deepEqual(await place.containers(name), [`faaso-${name}.3`]);
});

test('on one’s own machine it is the same, and the fix says so', async () => {
  const name = place.name('own');
  const { engine, network } = place;
  const traffic = new LocalTraffic({ engine, network });
  const local = new EngineFunkos({ engine, network, traffic, kind: 'local' });
  await place.build(name, { answer: 'one', settings: { secrets: ['KEY'] } });
  await assert.rejects(
    local.up({ name }, () => undefined),
    { code: 'missing_secret', message: /faaso secret set -l / },
  );
  await local.secrets.set({ name, key: 'KEY', value: Buffer.from([0, 255, 10]) });
  const { instance } = await local.up({ name }, () => undefined);
  assert.equal(await docker('exec', instance, 'base64', '/run/secrets/KEY'), 'AP8K');
});

test('a funko’s secrets outlive its instances, and go with it, also where a container made by hand has their volume', async () => {
  const name = place.name('gone');
  await set(name, 'KEY', 'value');
  await place.build(name, { answer: 'one', settings: { secrets: ['KEY'] } });
  await up(name);
  await place.funkos.down(name);
  assert.deepEqual((await place.funkos.secrets.list(name)).secrets, ['KEY']);
  await up(name);
  assert.equal((await place.funkos.remove(name)).secrets, true);
  assert.equal(await volumes(name), '');

  await place.build(name, { answer: 'one' });
  await set(name, 'KEY', 'value');
  const hand = await place.byHand(`mine-${name}`, '--volume', `faaso-${name}.secrets:/mine`);
  assert.equal((await place.funkos.remove(name)).secrets, true);
  assert.equal(await docker('exec', hand, 'ls', '-A', '/mine'), '');
});

test('the last secret that is removed takes the volume with it; one that is not there is an error', async () => {
  const name = place.name('last');
  await assert.rejects(place.funkos.secrets.list(name), { code: 'unknown_funko' });
  const removing = async (key: string): Promise<unknown> => place.funkos.secrets.remove({ name, key });
  await assert.rejects(removing('A'), { code: 'not_found', message: /It has none/ });
  await set(name, 'A', 'a');
  await set(name, 'B', 'b');
  await assert.rejects(removing('C'), { code: 'not_found', message: /There are: A, B\./ });
  await removing('A');
  await removing('B');
  assert.equal(await volumes(name), '');
});

test('names and values that are not allowed are refused, and no value is in an error', async () => {
  const name = place.name('refused');
  for (const key of ['', '.new', '..', 'a/b', 'a'.repeat(65), '-a'])
    await assert.rejects(set(name, key, 'value'), { code: 'bad_request' });
  await assert.rejects(set('No_Name', 'KEY', 'value'), { code: 'bad_name' });
  await assert.rejects(set(name, 'KEY', ''), { code: 'bad_request', message: /empty/ });
  await assert.rejects(set(name, 'KEY', 'x'.repeat(512 * 1024 + 1)), {
    code: 'too_large',
    message: /^The value of KEY has 524289 bytes; at most 524288 are taken\.$/,
  });
  assert.equal(await volumes(name), '');
});

test('previews and both versions of a split have the secrets, and are not started without', async () => {
  const name = place.name('shared');
  await set(name, 'A', 'one');
  await place.build(name, { answer: 'one', settings: { secrets: ['A'] } });
  await place.build(name, { answer: 'two', settings: { secrets: ['A', 'B'] } });
  await place.build(name, { answer: 'three', settings: { secrets: ['A'] } });
  const instance = await up(name, 'v1');
  const begin = async (): Promise<unknown> =>
    place.funkos.split({ name, weights: { v1: 50, v2: 50 }, steadyMs: 0 }, () => undefined);
  const preview = async (version: string): Promise<string> =>
    (await place.funkos.up({ name, version, preview: true }, () => undefined)).instance;
  const lacking = { code: 'missing_secret', message: /needs the secret B,/ };
  await assert.rejects(begin(), lacking);
  await assert.rejects(preview('v2'), lacking);
  assert.deepEqual(await place.containers(name), [instance]);
  assert.equal((await place.funkos.show(name)).split, null);

  await set(name, 'B', 'b');
  await begin();
  const all = [...(await place.containers(name)), await preview('v3')];
  assert.equal(all.length, 3);
  await set(name, 'A', 'two');
  for (const each of all) assert.equal(await docker('exec', each, 'cat', '/run/secrets/A'), 'two', each);
});

test('the secrets of a funko that was never built are removed with it', async () => {
  const name = place.name('typo');
  await set(name, 'KEY', 'one');
  const gone = { funko: name, removed: [], images: [], secrets: true, volumes: [], kept: [] };
  assert.deepEqual(await place.funkos.remove(name), gone);
  assert.equal(await volumes(name), '');
  await assert.rejects(place.funkos.remove(name), { code: 'unknown_funko' });
});

test('a secret that FaaSO generates gets a value at the first start, and keeps it', async () => {
  const name = place.name('made');
  const settings = { secrets: ['KEY'], generated_secrets: { MADE: 32, LONG: 200 } };
  await place.build(name, { answer: 'one', settings });
  await assert.rejects(up(name), { code: 'missing_secret', message: /needs the secret KEY,/ });
  await set(name, 'KEY', 'k');
  await set(name, 'LONG', 'mine');
  await place.funkos.up({ name, dryRun: true }, () => undefined);
  assert.deepEqual((await place.funkos.secrets.list(name)).secrets, ['KEY', 'LONG']);
  const read = async (instance: string): Promise<string> =>
    docker('exec', instance, 'sh', '-c', 'cat /run/secrets/MADE /run/secrets/LONG');
  const made = await read(await up(name));
  assert.match(made, /^[A-Za-z0-9]{32}mine$/);
  await place.build(name, { answer: 'two', settings });
  assert.equal(await read(await up(name)), made);
  assert.deepEqual((await place.funkos.secrets.list(name)).missing, []);
});
