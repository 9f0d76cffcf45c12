import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listener } from '../../../../src/docker/helper-container/listening-ports.ts';
import { tellWrongPort } from '../../../../src/lifecycle/rollout/slow-start.ts';

/** What one look after the other finds; gives what was told, and after which pauses, until it is ready. */
async function told(
  found: readonly (readonly Listener[] | Error)[],
): Promise<{ words: string[]; waited: number[] }> {
  const [words, waited, left]: [string[], number[], (readonly Listener[] | Error)[]] = [[], [], [...found]];
  const over = new AbortController();
  const look = async (): Promise<readonly Listener[]> => {
    const next = left.shift() ?? [];
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const wait = async (ms: number): Promise<void> => {
    if (left.length === 0) over.abort();
    over.signal.throwIfAborted();
    waited.push(ms);
    await Promise.resolve();
  };
  await tellWrongPort({ look, port: 3000, tell: (text) => words.push(text), wait }, over.signal);
  return { words, waited };
}

const elsewhere = [{ port: 8080, isLoopback: false }];
const right = [{ port: 3000, isLoopback: false }];

test('a program that listens elsewhere is told of after 5 s, once', async () => {
  const { words, waited } = await told([elsewhere, elsewhere]);
  assert.deepEqual(waited, [5000]);
  assert.equal(words.length, 1);
  assert.match(words[0] ?? '', /listens on port 8080, not on 3000/);
});

test('one that listens nowhere yet is looked at again, after longer and longer, and told of when it does', async () => {
  const { words, waited } = await told([[], [], elsewhere]);
  assert.deepEqual([words.length, waited], [1, [5000, 10_000, 20_000]]);
});

test('nothing is told of one that listens where it is asked, or can’t be looked at', async () => {
  assert.deepEqual((await told([right, right, new Error('gone')])).words, []);
});
