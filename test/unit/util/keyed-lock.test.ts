import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyedLock } from '../../../src/util/keyed-lock.ts';

/** Work that notes its begin and end, and ends when it is told to. */
function work(name: string, notes: string[]): { run: () => Promise<string>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return {
    run: async () => {
      notes.push(`${name} begins`);
      await promise;
      notes.push(`${name} ends`);
      return name;
    },
    end: () => {
      resolve(undefined);
    },
  };
}

async function settle(): Promise<void> {
  await new Promise(setImmediate);
}

test('work of one key runs one after the other, in the order in which it was asked for', async () => {
  const serial = new KeyedLock();
  const notes: string[] = [];
  const [a, b, c] = [work('a', notes), work('b', notes), work('c', notes)];
  const all = [a, b, c].map(async ({ run }) => serial.run('key', run));
  for (const { end } of [c, b, a]) end();
  assert.deepEqual(await Promise.all(all), ['a', 'b', 'c']);
  assert.deepEqual(notes, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('work of different keys runs side by side', async () => {
  const serial = new KeyedLock();
  const notes: string[] = [];
  const [a, b] = [work('a', notes), work('b', notes)];
  const all = [serial.run('one', a.run), serial.run('two', b.run)];
  await settle();
  assert.deepEqual(notes, ['a begins', 'b begins']);
  a.end();
  b.end();
  await Promise.all(all);
});

test('work that fails does not keep the next from its turn', async () => {
  const serial = new KeyedLock();
  await assert.rejects(
    serial.run('key', async () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await serial.run('key', async () => Promise.resolve('yes')), 'yes');
});

test('who gives up waiting is never begun, and the order of the others stays', async () => {
  const serial = new KeyedLock();
  const notes: string[] = [];
  const [a, b, c] = [work('a', notes), work('b', notes), work('c', notes)];
  const cancel = new AbortController();
  const first = serial.run('key', a.run);
  const second = serial.run('key', b.run, cancel.signal);
  const third = serial.run('key', c.run);
  cancel.abort();
  await assert.rejects(second, { code: 'cancelled' });
  await settle();
  assert.deepEqual(notes, ['a begins']);
  a.end();
  c.end();
  await Promise.all([first, third]);
  assert.deepEqual(notes, ['a begins', 'a ends', 'c begins', 'c ends']);
});

test('a key is busy exactly while work for it runs or waits', async () => {
  const serial = new KeyedLock();
  const a = work('a', []);
  assert.equal(serial.isBusy('key'), false);
  const running = serial.run('key', a.run);
  assert.equal(serial.isBusy('key'), true);
  a.end();
  await running;
  await settle();
  assert.equal(serial.isBusy('key'), false);
});
