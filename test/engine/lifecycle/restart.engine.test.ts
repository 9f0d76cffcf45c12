import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

test('a restart replaces every instance by a new one of the version in service, not of the newest', async () => {
  const name = place.name('again');
  await place.build(name, { answer: 'one', scale: 2 });
  await place.funkos.up({ name, steadyMs: 0, surge: true }, () => undefined);
  await place.build(name, { answer: 'two' });
  const { version, instances, replaced } = await place.funkos.restart(
    { name, steadyMs: 0, surge: true },
    () => undefined,
  );
  assert.equal(version, 'v1');
  assert.deepEqual([...replaced].sort(), [`faaso-${name}.1`, `faaso-${name}.2`]);
  assert.deepEqual(await place.containers(name), [...instances].sort());
  assert.equal(await place.ask(instances[0] ?? ''), 'one ');
});

test('a restart keeps a split: instances of both versions are replaced', async () => {
  const name = place.name('split');
  await place.build(name, { answer: 'one' });
  await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  await place.build(name, { answer: 'two' });
  await place.funkos.split({ name, weights: { v1: 60, v2: 40 }, steadyMs: 0 }, () => undefined);
  const before = await place.containers(name);
  const { replaced, instances } = await place.funkos.restart({ name, steadyMs: 0 }, () => undefined);
  assert.deepEqual([...replaced].sort(), before);
  assert.deepEqual(await place.containers(name), [...instances].sort());
  const { split } = await place.funkos.split({ name }, () => undefined);
  assert.deepEqual(
    split.map(({ version, weight }) => [version, weight]),
    [
      ['v1', 60],
      ['v2', 40],
    ],
  );
});

test('what does not run, and what was made by hand, is not restarted, and the error says what to do', async () => {
  const down = place.name('down');
  await place.build(down, { answer: 'one' });
  await assert.rejects(
    place.funkos.restart({ name: down }, () => undefined),
    { code: 'conflict', message: `Nothing of "${down}" runs. Start it with: faaso up ${down}` },
  );
  const hand = place.name('hand');
  await place.byHand(`faaso-${hand}`);
  await assert.rejects(
    place.funkos.restart({ name: hand }, () => undefined),
    { code: 'conflict', message: new RegExp(`is unmanaged.*docker restart faaso-${hand}$`) },
  );
  await docker('rm', '--force', `faaso-${hand}`);
});
