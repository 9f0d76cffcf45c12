/**
 * Each operation, killed at each call that changes something, before and after the engine has done it: the next process
 * leaves what was there before or what was asked for, and nothing else. On a simulated engine, so that every moment is tried.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import {
  name,
  one,
  OPERATIONS,
  quick,
  silent,
  two,
  type Operation,
} from '../../../support/lifecycle/operations.ts';
import { SimulatedHarness, type Picture } from '../../../support/lifecycle/simulated-harness.ts';
import { LABEL } from '../../../../src/funko/naming/labels.ts';

/** A funko before an operation. */
async function prepared({ before }: Operation): Promise<SimulatedHarness> {
  const place = await SimulatedHarness.open();
  await before(place);
  return place;
}

/** What there is without any crash: before, and after; and how many calls changed something. */
async function undisturbed(
  operation: Operation,
): Promise<{ before: Picture; after: Picture; calls: string[] }> {
  await using place = await prepared(operation);
  const before = place.picture();
  place.decide(() => 'done');
  await operation.work(place.funkos);
  const calls = [...place.changes];
  const after = place.picture();
  await place.next();
  assert.deepEqual(place.picture(), after, 'a process that finds all in order changes nothing');
  return { before, after, calls };
}

const FATES = [
  { how: 'killed before', fate: 'lost' },
  { how: 'killed after', fate: 'unheard' },
] as const;

describe('killed at any call, the next process leaves the state before or the one that was asked for, of', () => {
  for (const operation of OPERATIONS) {
    test(operation.title, async () => {
      const { before, after, calls } = await undisturbed(operation);
      assert.ok(calls.length > 0);
      for (const [index, call] of calls.entries()) {
        for (const { how, fate } of FATES) {
          await using place = await prepared(operation);
          place.killAt(index + 1, fate);
          await assert.rejects(operation.work(place.funkos));
          await place.next();
          isOneOf([before, after], operation, place, `${how} ${call}`);
        }
      }
    });
  }
});

describe('refused one call by the engine, all is as before or as it was asked for, of', () => {
  for (const operation of OPERATIONS) {
    test(operation.title, async () => {
      const { before, after, calls } = await undisturbed(operation);
      for (const [index, call] of calls.entries()) {
        await using place = await prepared(operation);
        place.decide((number) => (number === index + 1 ? 'failed' : 'done'));
        const outcome = await operation.work(place.funkos).then(
          () => 'done',
          () => 'refused',
        );
        if (outcome === 'refused') await place.next();
        isOneOf(outcome === 'done' ? [after] : [before, after], operation, place, call);
      }
    });
  }
});

test('a version of another network that lost a tag is left to that network', async () => {
  await using place = await SimulatedHarness.open();
  place.simulated.images.add(['faaso-b:v1'], {
    ...{ [LABEL.funko]: 'b', [LABEL.version]: 'v1', [LABEL.network]: 'another-net' },
    [LABEL.manifest]: JSON.stringify({ name: 'b', runtime: null, options: {}, env: {} }),
  });
  await place.next();
  assert.deepEqual(place.picture().tags, ['faaso-b:v1 = v1']);
});

test('a version whose manifest can’t be read keeps no other funko from its recovery', async () => {
  await using place = await SimulatedHarness.open();
  await two(place);
  const after = place.picture();
  place.killAt(2, 'unheard');
  await assert.rejects(place.funkos.up(quick, silent));
  place.version('newer', 'serves', { key_of_a_newer_faaso: true });
  const [image] = place.simulated.images.all().filter(({ labels }) => labels[LABEL.funko] === 'newer');
  assert.ok(image);
  place.simulated.images.tag(image, 'faaso-newer:in-service');
  await place.next();
  const found = place.picture();
  assert.deepEqual({ ...found, tags: found.tags.filter((tag) => !tag.startsWith('faaso-newer')) }, after);
});

for (const program of ['ends', 'hangs'] as const) {
  test(`a new version that ${program} changes nothing`, async () => {
    await using place = await SimulatedHarness.open();
    await one(place);
    place.version(name, program);
    const before = place.picture();
    await assert.rejects(place.funkos.up({ ...quick, timeoutMs: 50 }, silent), { code: 'not_ready' });
    assert.deepEqual(place.picture(), before);
  });
}

function isOneOf(
  wanted: readonly Picture[],
  { forgive }: Operation,
  place: SimulatedHarness,
  when: string,
): void {
  const found = place.picture();
  const isWanted = [found, ...(forgive ? [forgive(found)] : [])].some((seen) =>
    wanted.some((picture) => isDeepStrictEqual(seen, picture)),
  );
  assert.ok(isWanted, `${when}: there is ${inspect(found)}, and not ${inspect(wanted, { depth: 3 })}`);
}
