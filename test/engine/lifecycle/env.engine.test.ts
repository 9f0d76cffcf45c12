import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

const noEvent = (): undefined => undefined;

test('a variable is set without a build, outlives the next build, and a rollback brings the old one back', async () => {
  const name = place.name('env');
  await place.build(name, { answer: 'one', env: { GREETING: 'hello' } });
  await place.funkos.up({ name, steadyMs: 0 }, noEvent);
  const set = await place.funkos.env({ name, set: { GREETING: 'good evening' } });
  assert.deepEqual([set.version, set.unchanged, set.inService], ['v2', false, false]);
  assert.deepEqual(set.env, { GREETING: { value: 'good evening', from: 'set' } });
  assert.equal(await layersOf(`faaso-${name}:v2`), await layersOf(`faaso-${name}:v1`));

  const up = await place.funkos.up({ name, steadyMs: 0 }, noEvent);
  assert.equal(await place.ask(up.instance), 'one good evening');
  assert.equal((await place.funkos.env({ name, set: { GREETING: 'good evening' } })).unchanged, true);

  await place.build(name, { answer: 'two', env: { GREETING: 'hello' } });
  const later = await place.funkos.up({ name, steadyMs: 0 }, noEvent);
  assert.equal(await place.ask(later.instance), 'two good evening');

  const unset = await place.funkos.env({ name, unset: ['GREETING'] });
  const plain = await place.funkos.up({ name, version: unset.version, steadyMs: 0 }, noEvent);
  assert.equal(await place.ask(plain.instance), 'two hello');
  const back = await place.funkos.rollback({ name, steadyMs: 0 }, noEvent);
  assert.equal(await place.ask(back.instance), 'two good evening');
});

test('variables are of the version in service, not of a newer one', async () => {
  const name = place.name('older');
  await place.build(name, { answer: 'one' });
  await place.funkos.up({ name, steadyMs: 0 }, noEvent);
  await place.build(name, { answer: 'two' });
  const { version } = await place.funkos.env({ name, set: { GREETING: 'hi' } });
  assert.equal(version, 'v3');
  const up = await place.funkos.up({ name, version, steadyMs: 0 }, noEvent);
  assert.equal(await place.ask(up.instance), 'one hi');
});

test('a name that is none, one that was not set, and a split are refused, and nothing is made', async () => {
  const name = place.name('wrong');
  await place.build(name, { answer: 'one', env: { A: '1' } });
  await assert.rejects(place.funkos.env({ name, set: { '1A': 'x' } }), {
    code: 'bad_request',
    message:
      '"1A" is not a valid variable name: it must be letters, digits and "_", with no digit at the start.',
  });
  await assert.rejects(place.funkos.env({ name, unset: ['A'] }), {
    code: 'not_found',
    message: /A was not set .* it comes from funko\.yml; change it there and deploy/,
  });
  await assert.rejects(place.funkos.env({ name: place.name('nosuch') }), { code: 'unknown_funko' });
  await place.funkos.up({ name, steadyMs: 0 }, noEvent);
  await place.build(name, { answer: 'two' });
  await place.funkos.split({ name, weights: { v1: 50, v2: 50 }, steadyMs: 0 }, noEvent);
  await assert.rejects(place.funkos.env({ name, set: { A: '2' } }), {
    code: 'conflict',
    message: /End the split first/,
  });
  assert.ok(!(await place.tags(name)).includes(`faaso-${name}:v3`));
});

async function layersOf(image: string): Promise<string> {
  return docker('image', 'inspect', '--format', '{{.RootFS.Layers}}', image);
}
