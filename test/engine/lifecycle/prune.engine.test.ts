import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

/** The engine's cache is everybody's: nothing here may cut it. */
const ALL_OF_THE_CACHE = 2 ** 50;

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open({ keepVersions: 2, cacheBytes: ALL_OF_THE_CACHE });
});
after(async () => place[Symbol.asyncDispose]());

function versions(tags: readonly string[]): string[] {
  return tags.map((tag) => tag.replace(/^.*:/, ''));
}

test('a build leaves the newest versions and what runs, and says what it removed', async () => {
  const name = place.name('keep');
  await place.build(name, { answer: '1' });
  await place.funkos.up({ name }, () => undefined);
  const removed: string[][] = [];
  for (const answer of ['2', '3', '4', '5']) removed.push([...(await place.build(name, { answer })).removed]);
  assert.deepEqual(removed.map(versions), [[], [], ['v2'], ['v3']]);
  assert.deepEqual(versions(await place.tags(name)), ['in-service', 'latest', 'v1', 'v1-served', 'v4', 'v5']);
});

test('changes of the environment leave the newest versions and what runs, as builds do', async () => {
  const name = place.name('env');
  await place.build(name, { answer: '1' });
  await place.funkos.up({ name }, () => undefined);
  for (const A of ['2', '3', '4', '5']) await place.funkos.env({ name, set: { A } });
  assert.deepEqual(versions(await place.tags(name)), ['in-service', 'latest', 'v1', 'v1-served', 'v4', 'v5']);
});

test('what can be rolled back to stays until something newer was put into service', async () => {
  const name = place.name('back');
  for (const answer of ['1', '2']) {
    await place.build(name, { answer });
    await place.funkos.up({ name }, () => undefined);
  }
  for (const answer of ['3', '4']) await place.build(name, { answer });
  const served = ['v1', 'v1-served', 'v2', 'v2-served'];
  assert.deepEqual(versions(await place.tags(name)), ['in-service', 'latest', ...served, 'v3', 'v4']);
  const { version } = await place.funkos.rollback({ name }, () => undefined);
  assert.equal(version, 'v1');
});

test('prune removes more when told to, of the funkos that are named only, and never what runs', async () => {
  const [name, other] = [place.name('prune'), place.name('other')];
  for (const answer of ['1', '2']) {
    await place.build(name, { answer });
    await place.build(other, { answer });
  }
  await place.funkos.up({ name, version: 'v1' }, () => undefined);
  const request = { keep: 1, cacheBytes: ALL_OF_THE_CACHE };
  const none = await place.funkos.prune({ ...request, funkos: [name] });
  assert.deepEqual(none, { removed: [], cacheBytes: 0 });
  const one = await place.funkos.prune({ ...request, funkos: [other] });
  assert.deepEqual(one.removed, [`faaso-${other}:v1`]);
  assert.deepEqual(versions(await place.tags(other)), ['latest', 'v2']);
  await assert.rejects(place.funkos.prune({ ...request, funkos: [`${name}x`] }), { code: 'unknown_funko' });
});

/** A version of 10 MB of its own. */
async function tenMegabytes(name: string, answer: string): Promise<void> {
  const files = { big: Buffer.alloc(10_000_000, answer) };
  await place.build(name, { answer, files, lines: ['COPY big /big'] });
}

test('what a funko takes on the disk is told without what others are built on too, and held to a budget', async () => {
  const [name, keep] = [place.name('disk'), 5];
  for (const answer of ['1', '2']) await tenMegabytes(name, answer);
  const before = (await place.funkos.disk()).funkos.find((funko) => funko.name === name);
  assert.ok(before && before.bytes >= 20e6 && before.bytes < 21e6, JSON.stringify(before));
  assert.deepEqual(
    before.versions.map(({ version, bytes }) => [version, Math.round(bytes / 1e6)]),
    [
      ['v2', 10],
      ['v1', 10],
    ],
  );
  const budget = { funkos: [name], keep, cacheBytes: ALL_OF_THE_CACHE };
  assert.deepEqual((await place.funkos.prune({ ...budget, bytes: 25e6 })).removed, []);
  assert.deepEqual(versions((await place.funkos.prune({ ...budget, bytes: 15e6 })).removed), ['v1']);
  assert.deepEqual((await place.funkos.prune({ ...budget, bytes: 1 })).removed, []);
});
