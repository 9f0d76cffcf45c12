import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

test('a rollback brings image and settings of the version before back, also on a server that was made anew', async () => {
  const name = place.name('back');
  await place.build(name, { answer: 'one', env: { GREETING: 'in the morning' } });
  await place.build(name, { answer: 'two', env: { GREETING: 'in the evening' } });
  await place.build(name, { answer: 'three' });
  await assert.rejects(
    place.funkos.rollback({ name }, () => undefined),
    { code: 'conflict', message: /No version of .* runs.*v3, v2, v1/ },
  );
  await place.funkos.up({ name }, () => undefined);

  const { engine, network, traffic } = place;
  const anew = new EngineFunkos({ engine, network, traffic, kind: 'server' });
  const back = await anew.rollback({ name, steadyMs: 0 }, () => undefined);
  assert.deepEqual([back.version, back.replaced], ['v2', [`faaso-${name}.1`]]);
  assert.equal(await place.ask(back.instance), 'two in the evening');

  const further = await anew.rollback({ name, steadyMs: 0 }, () => undefined);
  assert.equal(await place.ask(further.instance), 'one in the morning');
  await assert.rejects(
    anew.rollback({ name }, () => undefined),
    { code: 'unknown_version', message: /runs v1, and there is no older version/ },
  );

  const forward = await anew.rollback({ name, version: 'v3', steadyMs: 0 }, () => undefined);
  assert.equal(await place.ask(forward.instance), 'three ');
});

test('versions that never got ready are not gone back to, nor do they push out the one that is', async () => {
  const name = place.name('good');
  await place.build(name, { answer: 'good' });
  await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  for (const says of ['a', 'b', 'c']) {
    await place.build(name, { crash: true, env: { says } });
    await assert.rejects(
      place.funkos.up({ name, steadyMs: 0 }, () => undefined),
      { code: 'not_ready' },
    );
  }
  await place.build(name, { answer: 'newer' });
  await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  await place.funkos.prune({ funkos: [name], keep: 1 });
  const back = await place.funkos.rollback({ name, steadyMs: 0 }, () => undefined);
  assert.equal(back.version, 'v1');
  assert.equal(await place.ask(back.instance), 'good ');
});

test('a rollback to a version that does not get ready leaves what runs as it is', async () => {
  const name = place.name('stay');
  await place.build(name, { crash: true });
  await place.build(name, { answer: 'two' });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  await assert.rejects(
    place.funkos.rollback({ name }, () => undefined),
    { code: 'not_ready', message: /v1 did not get ready/ },
  );
  assert.deepEqual(await place.containers(name), [instance]);
  assert.equal(await place.ask(instance), 'two ');
});
