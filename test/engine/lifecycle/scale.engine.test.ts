import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FaasoError } from '../../../src/errors.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { ScaleResult, UpEvent } from '../../../src/api/funko-api.ts';
import { pruneVersions } from '../../../src/lifecycle/operations/prune.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

async function scale(name: string, count?: number): Promise<ScaleResult> {
  return place.funkos.scale({ name, ...(count === undefined ? {} : { count }) }, () => undefined);
}

function names(name: string, ...numbers: number[]): string[] {
  return numbers.map((number) => `faaso-${name}.${number}`);
}

test('a funko is scaled up by starting, and down by letting the newest go', async () => {
  const name = place.name('scale');
  await place.build(name, { answer: 'one' });
  await assert.rejects(scale(name), { code: 'conflict', message: /faaso up/ });
  await place.funkos.up({ name }, () => undefined);
  assert.equal((await scale(name)).scale, 1);
  assert.deepEqual((await scale(name, 3)).started, names(name, 2, 3));
  assert.deepEqual(await place.containers(name), names(name, 1, 2, 3));
  assert.deepEqual((await scale(name, 1)).removed, names(name, 3, 2));
  assert.deepEqual(await place.containers(name), names(name, 1));
  await assert.rejects(scale(name, 0), { code: 'bad_request', message: /faaso down/ });
});

test('the number that was asked for outlives its instances and the server, and goes with the version', async () => {
  const name = place.name('kept');
  await place.build(name, { answer: 'one' });
  await place.funkos.up({ name }, () => undefined);
  await scale(name, 2);
  await place.funkos.down(name);

  const { engine, network, traffic } = place;
  const anew = new EngineFunkos({ engine, network, traffic, kind: 'server' });
  assert.equal((await anew.up({ name }, () => undefined)).instances.length, 2);

  await place.build(name, { answer: 'two' });
  const second = await anew.up({ name, steadyMs: 0 }, () => undefined);
  assert.equal(second.instances.length, 2, 'a version that says nothing takes the number over');
  await anew.scale({ name, count: 1 }, () => undefined);
  const back = await anew.rollback({ name, steadyMs: 0, surge: true }, () => undefined);
  assert.equal(back.instances.length, 2, 'a rollback brings the number back');

  assert.ok((await place.tags(name)).includes(`faaso-${name}:v1-scale-2`));
  await anew.remove(name);
  assert.deepEqual(await place.images(name), []);
});

test('the number in funko.yml is what a version starts with, one after the other or all at once', async () => {
  const name = place.name('yml');
  await place.build(name, { answer: 'one', scale: 2 });
  await place.funkos.up({ name }, () => undefined);
  await place.build(name, { answer: 'two', scale: 2 });
  const happened = async (surge: boolean, version: string): Promise<string> => {
    const events: UpEvent[] = [];
    await place.funkos.up({ name, version, surge, steadyMs: 0 }, (event) => events.push(event));
    return events.map(({ type }) => type[0]).join('');
  };
  // starting, ready, draining, removed
  assert.equal(await happened(false, 'v2'), 'srdrsrdr');
  assert.match(await happened(true, 'v1'), /^[sr]{4}dd(rr)$/);
});

test('where more are asked for than there were, the last old one serves until the last new one is ready', async () => {
  const name = place.name('more');
  await place.build(name, { answer: 'one' });
  await place.funkos.up({ name }, () => undefined);
  await place.build(name, { answer: 'two', scale: 3 });
  const events: UpEvent[] = [];
  await place.funkos.up({ name, steadyMs: 0 }, (event) => events.push(event));
  assert.equal(events.map(({ type }) => type[0]).join(''), 'srsrsrdr');
});

test('a version that is pruned leaves no image behind for its number of instances', async () => {
  const name = place.name('prune');
  await place.build(name, { answer: 'one' });
  await place.funkos.up({ name }, () => undefined);
  await scale(name, 2);
  for (const answer of ['two', 'three', 'four']) await place.build(name, { answer });
  for (const version of ['v3', 'v4'])
    await place.funkos.up({ name, version, steadyMs: 0, surge: true }, () => undefined);
  const pruned = await pruneVersions(place.engine, name, { keep: 1, bytes: 0 });
  assert.deepEqual(pruned.toSorted(), [`faaso-${name}:v1`, `faaso-${name}:v2`]);
  const tags = await place.tags(name);
  assert.deepEqual(
    tags.filter((tag) => tag.includes(':v1')),
    [],
  );
});

test('what would be done is told without doing it', async () => {
  const name = place.name('dry');
  await place.build(name, { answer: 'one' });
  await place.funkos.up({ name }, () => undefined);
  await place.build(name, { answer: 'two', scale: 2 });
  const result = await place.funkos.up({ name, dryRun: true }, () => assert.fail('something was done'));
  assert.deepEqual(result.instances, names(name, 2, 3));
  assert.deepEqual(result.replaced, names(name, 1));
  assert.deepEqual(await place.containers(name), names(name, 1));
});

test('work that is not to wait for other work on the funko is refused', async () => {
  const name = place.name('busy');
  await place.build(name, { answer: 'one' });
  const starting = place.funkos.up({ name }, () => undefined);
  await assert.rejects(
    place.funkos.up({ name, whenBusy: 'refuse' }, () => undefined),
    { code: 'conflict' },
  );
  await starting;
});

test('a version that crashes 2 s after it was ready is taken away, with its last words, while the old one answers', async () => {
  const name = place.name('late');
  await place.build(name, { answer: 'good' });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  await place.build(name, { answer: 'bad', crashAfterMs: 2000 });
  await assert.rejects(
    place.funkos.up({ name }, () => undefined),
    (error: FaasoError) => {
      assert.equal(error.code, 'not_ready');
      assert.match(error.message, /was ready, but .* s later its program ended.* removed again\.$/);
      assert.ok(error.details.includes('boom: no database'), error.details.join('\n'));
      return true;
    },
  );
  assert.deepEqual(await place.containers(name), [instance]);
  assert.equal(await place.ask(instance), 'good ');
});

test('a version that crashes while the old one drains is taken away, and the old one takes requests again', async () => {
  const name = place.name('drain');
  await place.build(name, { answer: 'good' });
  const first = await place.funkos.up({ name }, () => undefined);
  await place.build(name, { answer: 'bad', crashAfterMs: 1500 });
  place.traffic.resumed.length = 0;
  const drained = Promise.withResolvers<undefined>();
  place.traffic.drains = drained.promise;
  place.traffic.onResume = () => drained.resolve(undefined);
  try {
    await assert.rejects(
      place.funkos.up({ name, steadyMs: 0 }, () => undefined),
      { code: 'not_ready' },
    );
  } finally {
    place.traffic.onResume = () => undefined;
    place.traffic.drains = Promise.resolve();
    drained.resolve(undefined);
  }
  assert.deepEqual(await place.containers(name), [first.instance]);
  assert.equal(place.traffic.resumed.length, 1);
});

test('when the second of two new instances does not get ready, two old ones run again', async () => {
  const name = place.name('half');
  await place.build(name, { answer: 'good', scale: 2 });
  await place.funkos.up({ name }, () => undefined);
  await place.build(name, { answer: 'bad', scale: 2 });
  const waitedFor: string[] = [];
  place.traffic.onWait = async (id) => {
    if (waitedFor.push(id) === 2) await docker('kill', id);
  };
  try {
    await assert.rejects(
      place.funkos.up({ name, steadyMs: 0 }, () => undefined),
      { code: 'not_ready' },
    );
  } finally {
    place.traffic.onWait = () => undefined;
  }
  const { instances } = await place.funkos.show(name);
  assert.deepEqual(
    instances.map(({ version, state }) => [version, state]),
    [
      ['v1', 'ready'],
      ['v1', 'ready'],
    ],
  );
});

test('a version whose health path answers 500 is taken away, and one whose image is gone says so', async () => {
  const name = place.name('ill');
  await place.build(name, { answer: 'good' });
  const { instance } = await place.funkos.up({ name }, () => undefined);
  await place.build(name, { answer: 'bad', status: 500 });
  await assert.rejects(
    place.funkos.up({ name, timeoutMs: 1000 }, () => undefined),
    {
      code: 'not_ready',
      message:
        /did not answer with a status below 400 within 1 s: GET \/ping on port 3000 is answered with 500;/,
    },
  );
  await docker('image', 'rm', '--force', `faaso-${name}:v2`, `faaso-${name}:latest`);
  await assert.rejects(
    place.funkos.up({ name, version: 'v2' }, () => undefined),
    { code: 'unknown_version' },
  );
  assert.deepEqual(await place.containers(name), [instance]);
  assert.equal(await place.ask(instance), 'good ');
});
