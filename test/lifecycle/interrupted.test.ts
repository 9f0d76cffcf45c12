/**
 * Each operation, killed at each call that changes something, before and after the engine has done it: the next process
 * leaves what was there before or what was asked for, and nothing else. On a simulated engine, so that every moment is tried.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { EngineFunkos } from '../../src/lifecycle/engine-funkos.ts';
import { SimulatedPlace, type Picture } from './simulated-place.ts';

interface Operation {
  readonly title: string;
  /** What there is before. */
  readonly before: (place: SimulatedPlace) => Promise<void>;
  readonly work: (funkos: EngineFunkos) => Promise<unknown>;
  /** Takes a difference for none that no user's request depends on. */
  readonly forgive?: (found: Picture) => Picture;
}

const name = 'a';
const quick = { name, steadyMs: 0, timeoutMs: 500 };
const silent = (): void => undefined;

/** v1 in service. */
const one = async (place: SimulatedPlace): Promise<void> => {
  place.version(name);
  await place.funkos.up(quick, silent);
};
/** v1 in service, v2 built. */
const two = async (place: SimulatedPlace): Promise<void> => {
  await one(place);
  place.version(name);
};
const split = async (place: SimulatedPlace): Promise<void> => {
  await two(place);
  await place.funkos.split({ ...quick, weights: { v1: 50, v2: 50 } }, silent);
};
const previewed = async (place: SimulatedPlace): Promise<void> => {
  await two(place);
  await place.funkos.up({ ...quick, preview: true }, silent);
};

const OPERATIONS: readonly Operation[] = [
  {
    title: 'the first up',
    before: async (place) => {
      await Promise.resolve();
      place.version(name);
    },
    work: async (funkos) => funkos.up(quick, silent),
  },
  { title: 'an up of the next version', before: two, work: async (funkos) => funkos.up(quick, silent) },
  {
    title: 'an up of three instances in place of two',
    before: async (place) => {
      place.version(name, 'serves', { scale: 2 });
      await place.funkos.up(quick, silent);
      place.version(name, 'serves', { scale: 3 });
    },
    work: async (funkos) => funkos.up(quick, silent),
  },
  {
    title: 'an up of all at once',
    before: async (place) => {
      place.version(name, 'serves', { scale: 2 });
      await place.funkos.up(quick, silent);
      place.version(name, 'serves', { scale: 2 });
    },
    work: async (funkos) => funkos.up({ ...quick, surge: true }, silent),
  },
  {
    title: 'a rollback',
    before: async (place) => {
      await two(place);
      await place.funkos.up(quick, silent);
    },
    work: async (funkos) => funkos.rollback(quick, silent),
  },
  {
    title: 'a scale to three',
    before: one,
    work: async (funkos) => funkos.scale({ ...quick, count: 3 }, silent),
  },
  {
    title: 'a scale to one',
    before: async (place) => {
      await one(place);
      await place.funkos.scale({ ...quick, count: 3 }, silent);
    },
    work: async (funkos) => funkos.scale({ ...quick, count: 1 }, silent),
  },
  { title: 'a restart', before: one, work: async (funkos) => funkos.restart(quick, silent) },
  {
    title: 'a split',
    before: two,
    work: async (funkos) => funkos.split({ ...quick, weights: { v1: 50, v2: 50 } }, silent),
  },
  {
    title: 'other weights of a split',
    before: split,
    work: async (funkos) => funkos.split({ ...quick, weights: { v1: 20, v2: 80 } }, silent),
  },
  {
    title: 'an up that ends a split',
    before: split,
    work: async (funkos) => funkos.up(quick, silent),
    // Which of the two would go on alone says nothing while both share the requests.
    forgive: ({ containers, tags }) => ({
      containers,
      tags: tags.map((tag) =>
        containers.length > 1 ? tag.replace('in-service = v2', 'in-service = v1') : tag,
      ),
    }),
  },
  {
    title: 'a preview',
    before: two,
    work: async (funkos) => funkos.up({ ...quick, preview: true }, silent),
  },
  { title: 'a down of a preview', before: previewed, work: async (funkos) => funkos.down(`${name}@v2`) },
  {
    title: 'an up of what was a preview',
    before: previewed,
    work: async (funkos) => funkos.up(quick, silent),
    // The preview may stay: `status` shows it, and the next `up` takes it away.
    forgive: ({ containers, tags }) => {
      const isUp = containers.includes('v2 running');
      return { containers: containers.filter((each) => !isUp || each !== 'v2 preview running'), tags };
    },
  },
  { title: 'a down', before: two, work: async (funkos) => funkos.down(name) },
  { title: 'a down of a split', before: split, work: async (funkos) => funkos.down(name) },
  { title: 'a removal', before: previewed, work: async (funkos) => funkos.remove(name) },
];

/** A funko before an operation. */
async function prepared({ before }: Operation): Promise<SimulatedPlace> {
  const place = await SimulatedPlace.open();
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

for (const program of ['ends', 'hangs'] as const) {
  test(`a new version that ${program} changes nothing`, async () => {
    await using place = await SimulatedPlace.open();
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
  place: SimulatedPlace,
  when: string,
): void {
  const found = place.picture();
  const isWanted = [found, ...(forgive ? [forgive(found)] : [])].some((seen) =>
    wanted.some((picture) => isDeepStrictEqual(seen, picture)),
  );
  assert.ok(isWanted, `${when}: there is ${inspect(found)}, and not ${inspect(wanted, { depth: 3 })}`);
}
