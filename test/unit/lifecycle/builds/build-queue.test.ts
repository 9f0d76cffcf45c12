import assert from 'node:assert/strict';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { test } from 'node:test';
import { BuildQueue, LONG_BUILD_MS, type QueuePlace } from '../../../../src/lifecycle/builds/build-queue.ts';

/** Builds that are ended by hand, and what was seen of them. */
class Yard {
  readonly seen: string[] = [];
  readonly #queue: BuildQueue;
  readonly #ends = new Map<string, () => void>();

  constructor(atOnce: number, mostWaiting = 10) {
    this.#queue = new BuildQueue({ atOnce, mostWaiting });
  }

  async build(funko: string, id = funko, signal?: AbortSignal): Promise<void> {
    const onPlace = ({ position, behind }: QueuePlace): void =>
      void this.seen.push(`${id} is ${position} behind ${behind.join(' ')}`);
    const work = async (): Promise<void> => {
      this.seen.push(`${id} begins`);
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#ends.set(id, () => resolve(undefined));
      await promise;
    };
    await this.#queue.run(funko, work, { onPlace, signal });
  }

  async end(id: string): Promise<void> {
    await turnOfTheLoop();
    this.#ends.get(id)?.();
    await turnOfTheLoop();
  }

  /** What was seen since the last time. */
  news(): string[] {
    return this.seen.splice(0);
  }
}

test('builds begin in the order in which they came, so many at a time, and who waits hears its position', async () => {
  const yard = new Yard(2);
  const all = ['a', 'b', 'c', 'd'].map(async (name) => yard.build(name));
  await turnOfTheLoop();
  assert.deepEqual(yard.news(), ['c is 1 behind a b', 'd is 2 behind a b', 'a begins', 'b begins']);
  await yard.end('b');
  assert.deepEqual(yard.news(), ['d is 1 behind a c', 'c begins']);
  await yard.end('a');
  assert.deepEqual(yard.news(), ['d begins']);
  for (const id of ['c', 'd']) await yard.end(id);
  await Promise.all(all);
});

test('two builds of one funko never run at a time, and the second does not hold up another funko', async () => {
  const yard = new Yard(2);
  const all = [yard.build('a', 'a1'), yard.build('a', 'a2'), yard.build('b')];
  await turnOfTheLoop();
  assert.deepEqual(yard.news(), ['a2 is 1 behind a', 'a1 begins', 'b begins']);
  await yard.end('a1');
  assert.deepEqual(yard.news(), ['a2 begins']);
  for (const id of ['a2', 'b']) await yard.end(id);
  await Promise.all(all);
});

test('one that is cancelled while it waits never begins, and those behind it move up', async () => {
  const yard = new Yard(1);
  const cancel = new AbortController();
  const first = yard.build('a');
  const second = assert.rejects(yard.build('b', 'b', cancel.signal), { code: 'cancelled' });
  const third = yard.build('c');
  await turnOfTheLoop();
  yard.news();
  cancel.abort();
  await second;
  assert.deepEqual(yard.news(), ['c is 1 behind a']);
  await yard.end('a');
  assert.deepEqual(yard.news(), ['c begins']);
  await yard.end('c');
  await Promise.all([first, third]);
});

test('a full queue refuses the next one, and says that it is full', async () => {
  const yard = new Yard(1, 1);
  const waiting = [yard.build('a'), yard.build('b')];
  await assert.rejects(yard.build('c'), { code: 'unavailable', message: /^1 builds wait already/ });
  assert.ok(!yard.news().some((line) => line.startsWith('c ')));
  for (const id of ['a', 'b']) await yard.end(id);
  await Promise.all(waiting);
  const after = yard.build('d');
  await yard.end('d');
  await after;
});

test('a build that fails lets the next one begin', async () => {
  const queue = new BuildQueue({ atOnce: 1, mostWaiting: 1 });
  const onPlace = (): void => undefined;
  const failing = queue.run('a', async () => Promise.reject(new Error('no')), { onPlace });
  const next = queue.run('a', async () => Promise.resolve('yes'), { onPlace });
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'yes');
});

test('builds that have run for a while make room for others, but not for funkos whose last build was long', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const yard = new Yard(2);
  const all = ['a', 'b', 'c', 'd'].map(async (name) => yard.build(name));
  await turnOfTheLoop();
  yard.news();
  context.mock.timers.tick(LONG_BUILD_MS);
  await turnOfTheLoop();
  assert.deepEqual(yard.news(), ['d is 1 behind a b c', 'c begins']);
  // One more than two, and no more, however long they run.
  context.mock.timers.tick(LONG_BUILD_MS);
  await turnOfTheLoop();
  assert.deepEqual(yard.news(), []);
  for (const id of ['a', 'b', 'c', 'd']) await yard.end(id);
  yard.news();
  const again = ['x', 'y', 'a', 'z'].map(async (name) => yard.build(name));
  await turnOfTheLoop();
  yard.news();
  context.mock.timers.tick(LONG_BUILD_MS);
  await turnOfTheLoop();
  assert.deepEqual(yard.news(), ['z begins']);
  for (const id of ['z', 'x', 'a', 'y']) await yard.end(id);
  await Promise.all([...all, ...again]);
});

test('one build at a time is one at a time, however long it takes', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const yard = new Yard(1);
  const all = [yard.build('a'), yard.build('b')];
  await turnOfTheLoop();
  context.mock.timers.tick(LONG_BUILD_MS);
  await turnOfTheLoop();
  assert.deepEqual(yard.news(), ['b is 1 behind a', 'a begins']);
  for (const id of ['a', 'b']) await yard.end(id);
  await Promise.all(all);
});
