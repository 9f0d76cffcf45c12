/** What people do with funkos on a simulated engine, each with what there is before. */
import type { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { Picture, SimulatedHarness } from './simulated-harness.ts';

export interface Operation {
  readonly title: string;
  /** What there is before. */
  readonly before: (place: SimulatedHarness) => Promise<void>;
  readonly work: (funkos: EngineFunkos) => Promise<unknown>;
  /** Takes a difference for none that no user's request depends on. */
  readonly forgive?: (found: Picture) => Picture;
}

export const name = 'a';
export const quick = { name, steadyMs: 0, timeoutMs: 500 };
export const silent = (): void => undefined;

/** v1 in service. */
export const one = async (place: SimulatedHarness): Promise<void> => {
  place.version(name);
  await place.funkos.up(quick, silent);
};
/** v1 in service, v2 built. */
export const two = async (place: SimulatedHarness): Promise<void> => {
  await one(place);
  place.version(name);
};
const split = async (place: SimulatedHarness): Promise<void> => {
  await two(place);
  await place.funkos.split({ ...quick, weights: { v1: 50, v2: 50 } }, silent);
};
const previewed = async (place: SimulatedHarness): Promise<void> => {
  await two(place);
  await place.funkos.up({ ...quick, preview: true }, silent);
};

/** v1 in service, v2 built, both with a worker. */
const worked = async (place: SimulatedHarness): Promise<void> => {
  place.version(name, 'serves', { worker: 'work' });
  await place.funkos.up(quick, silent);
  place.version(name, 'serves', { worker: 'work' });
};

export const OPERATIONS: readonly Operation[] = [
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
  {
    title: 'an up of a version with other workers',
    before: async (place) => {
      place.version(name, 'serves', { worker: { mailer: 'mail', clock: 'tick' } });
      await place.funkos.up(quick, silent);
      place.version(name, 'serves', { worker: { mailer: { command: 'mail', scale: 2 }, other: 'else' } });
    },
    work: async (funkos) => funkos.up(quick, silent),
  },
  { title: 'a restart with a worker', before: worked, work: async (funkos) => funkos.restart(quick, silent) },
  {
    title: 'a split with workers',
    before: worked,
    work: async (funkos) => funkos.split({ ...quick, weights: { v1: 50, v2: 50 } }, silent),
  },
  {
    title: 'a scale of a worker from two to three',
    before: async (place) => {
      await worked(place);
      await place.funkos.scale({ ...quick, worker: 'worker', count: 2 }, silent);
    },
    work: async (funkos) => funkos.scale({ ...quick, worker: 'worker', count: 3 }, silent),
  },
  {
    title: 'a scale of a worker from two to one',
    before: async (place) => {
      await worked(place);
      await place.funkos.scale({ ...quick, worker: 'worker', count: 2 }, silent);
    },
    work: async (funkos) => funkos.scale({ ...quick, worker: 'worker', count: 1 }, silent),
  },
  { title: 'a down with a worker', before: worked, work: async (funkos) => funkos.down(name) },
  {
    title: 'an up of a version with a release command',
    before: async (place) => {
      await one(place);
      place.version(name, 'serves', { release: 'migrate' });
    },
    work: async (funkos) => funkos.up(quick, silent),
    // That the command has succeeded stays true, whatever becomes of the version then.
    forgive: ({ containers, tags }) => ({
      containers,
      tags: tags.filter((tag) => !tag.includes('-released')),
    }),
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
