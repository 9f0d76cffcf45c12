import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FaasoError } from '../../../src/errors.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import { LocalTraffic } from '../../../src/lifecycle/local/local-traffic.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
let local: EngineFunkos;
before(() => {
  place = new LifecycleHarness();
  const { engine, network } = place;
  local = new EngineFunkos({
    engine,
    network,
    traffic: new LocalTraffic({ engine, network }),
    kind: 'local',
  });
});
after(async () => place[Symbol.asyncDispose]());

async function urlOf(name: string): Promise<string> {
  const { url } = await local.up({ name }, () => undefined);
  assert.match(url ?? '', /^http:\/\/127\.0\.0\.1:[0-9]+\/$/);
  return url ?? '';
}

test('on one’s own machine a funko is published on a free port of 127.0.0.1, with no proxy and no network before', async () => {
  const name = place.name('local');
  await place.build(name, { answer: 'one' });
  const url = await urlOf(name);
  assert.equal(await (await fetch(url)).text(), 'one ');
  const status = await local.show(name);
  assert.deepEqual([status.state, status.url], ['ready', url]);
  assert.equal((await local.up({ name }, () => undefined)).unchanged, true);

  await place.build(name, { answer: 'two' });
  assert.equal(await (await fetch(await urlOf(name))).text(), 'two ');

  await docker('pause', `faaso-${name}.2`);
  const paused = await local.show(name);
  assert.deepEqual(
    [paused.state, paused.instances[0]?.fix],
    ['unavailable', `docker unpause faaso-${name}.2`],
  );
  await docker('unpause', `faaso-${name}.2`);

  await local.down(name);
  assert.deepEqual([(await local.show(name)).state, (await local.show(name)).url], ['down', null]);
});

test('a funko that listens on the port of its label is published at that port', async () => {
  const name = place.name('port');
  await place.build(name, { answer: 'elsewhere', port: 8080, lines: ['LABEL faaso.port=8080'] });
  assert.equal(await (await fetch(await urlOf(name))).text(), 'elsewhere ');
});

test('a funko that listens on the port of its funko.yml is published at that port, and finds it in PORT', async () => {
  const name = place.name('port-key');
  await place.build(name, { answer: 'moved', port: 8081, settings: { port: 8081 } });
  assert.equal(await (await fetch(await urlOf(name))).text(), 'moved ');
  const [instance = ''] = await place.containers(name);
  assert.equal(await docker('exec', instance, 'printenv', 'PORT'), '8081');
});

test('an instance that a server started is replaced by one that is published', async () => {
  const name = place.name('unpublished');
  await place.build(name, { answer: 'one' });
  await local.up({ name }, () => undefined);
  await place.funkos.down(name);
  await place.funkos.up({ name }, () => undefined);
  assert.equal(await (await fetch(await urlOf(name))).text(), 'one ');
  assert.deepEqual(await place.containers(name), [`faaso-${name}.2`]);
});

test('a funko that crashes at its start is not published', async () => {
  const name = place.name('crash');
  await place.build(name, { crash: true });
  await assert.rejects(
    local.up({ name }, () => undefined),
    (error: FaasoError) => {
      assert.equal(error.code, 'not_ready');
      // Docker may have restarted it already.
      assert.deepEqual([...new Set(error.details)], ['boom: no database']);
      return true;
    },
  );
  assert.deepEqual(await place.containers(name), []);
});

test('on one’s own machine, too, it is told that a program listens elsewhere', async () => {
  const name = place.name('elsewhere');
  await place.build(name, { port: 8080 });
  await assert.rejects(
    local.up({ name, timeoutMs: 500 }, () => undefined),
    { code: 'not_ready', message: /its program listens on port 8080, not on 3000/ },
  );
});

test('funkos made by hand are listed with how they stand', async () => {
  const name = place.name('hand');
  await place.byHand(`faaso-${name}`);
  await docker('create', '--name', `faaso-${name}.elsewhere`, 'node:24-slim');
  const funko = (await local.list()).find((each) => each.name === name);
  assert.deepEqual(
    funko?.instances.map((instance) => [instance.name, instance.state]),
    [
      [`faaso-${name}`, 'ready'],
      [`faaso-${name}.elsewhere`, 'misplaced'],
    ],
  );
});
