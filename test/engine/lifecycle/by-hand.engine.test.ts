import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { UpEvent } from '../../../src/api/funko-api.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

async function up(name: string, options: { version?: string; timeoutMs?: number } = {}): Promise<UpEvent[]> {
  const events: UpEvent[] = [];
  await place.funkos.up({ name, ...options }, (event) => events.push(event));
  return events;
}

test('up takes away what an earlier one that was cut off left behind', async () => {
  const name = place.name('rest');
  await place.build(name, { answer: 'one' });
  await up(name);
  const left = ['--network', place.network, '--name', `faaso-${name}.5`, `faaso-${name}:v1`];
  await docker('create', ...left);
  const result = await place.funkos.up({ name }, () => undefined);
  assert.deepEqual([result.instance, result.replaced], [`faaso-${name}.1`, [`faaso-${name}.5`]]);
  assert.deepEqual(await place.containers(name), [`faaso-${name}.1`]);
});

test('containers made by hand are shown, and never stopped or removed', async () => {
  const name = place.name('hand');
  await place.byHand(`faaso-${name}`);
  await place.byHand(`faaso-${name}.7`);
  await place.byHand(`other-${name}`, '--network-alias', `faaso-${name}`);
  for (const work of [
    up(name),
    place.funkos.scale({ name, count: 2 }, () => undefined),
    place.funkos.rollback({ name }, () => undefined),
  ])
    await assert.rejects(work, (error: Error) => {
      assert.match(error.message, /is unmanaged .*neither starts, scales nor rolls it back/);
      assert.match(error.message, new RegExp(`--network-alias faaso-${name} share`));
      assert.doesNotMatch(error.message, /docker start/);
      return true;
    });
  await assert.rejects(place.funkos.down(name), { code: 'conflict', message: /docker stop/ });
  assert.deepEqual(
    (await place.funkos.show(name)).instances.map((instance) => [instance.name, instance.version]),
    [
      [`faaso-${name}`, null],
      [`faaso-${name}.7`, null],
      [`other-${name}`, null],
    ],
  );

  await place.build(name, { answer: 'built' });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  assert.equal(instance, `faaso-${name}.8`);
  await place.funkos.remove(name);
  assert.deepEqual(await place.containers(name), [`faaso-${name}`, `faaso-${name}.7`]);
  assert.equal(await place.ask(`other-${name}`), 'by hand ');
  assert.equal((await place.funkos.show(name)).latest, null);
});

test('an image that a container made by hand uses stays, and is named', async () => {
  const name = place.name('kept');
  await place.build(name, { answer: 'one' });
  await place.build(name, { answer: 'two' });
  await docker('create', '--network', place.network, '--name', `mine-${name}`, `faaso-${name}:v1`);
  const result = await place.funkos.remove(name);
  assert.deepEqual(result.images, [`faaso-${name}:latest`, `faaso-${name}:v2`]);
  assert.deepEqual(result.kept, [{ image: `faaso-${name}:v1`, usedBy: `mine-${name}` }]);
});

test('a version number that a container still uses is not given again', async () => {
  const name = place.name('number');
  await place.build(name, { answer: 'one' });
  await up(name);
  await docker('image', 'rm', '--force', `faaso-${name}:v1`, `faaso-${name}:latest`);
  assert.equal((await place.build(name, { answer: 'two' })).version, 'v2');
});

test('instances that are paused, stopped or restarted again and again are replaced and taken away like any other', async () => {
  const name = place.name('states');
  await place.build(name, { answer: 'one' });
  await place.funkos.up({ name }, () => undefined);
  await docker('pause', `faaso-${name}.1`);
  assert.equal((await place.funkos.show(name)).state, 'unavailable');
  await place.funkos.up({ name }, () => undefined);
  assert.deepEqual(await place.containers(name), [`faaso-${name}.2`]);

  await docker('stop', `faaso-${name}.2`);
  assert.equal((await place.funkos.show(name)).state, 'down');
  await place.funkos.up({ name }, () => undefined);
  assert.deepEqual(await place.containers(name), [`faaso-${name}.3`]);

  await place.build(name, { crash: true });
  const flags = ['--network', place.network, '--restart', 'always', '--name', `faaso-${name}.4`];
  await docker('run', '--detach', ...flags, `faaso-${name}:v2`);
  await docker('pause', `faaso-${name}.3`);
  assert.deepEqual((await place.funkos.down(name)).removed, [`faaso-${name}.3`, `faaso-${name}.4`]);
  assert.deepEqual(await place.containers(name), []);
});
