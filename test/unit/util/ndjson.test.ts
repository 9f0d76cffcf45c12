import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ndjson } from '../../../src/util/ndjson.ts';

async function read(...chunks: (string | Uint8Array)[]): Promise<unknown[]> {
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
  return Array.fromAsync(ndjson(asyncOf(bytes)));
}

async function* asyncOf<T>(values: readonly T[]): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

test('several lines in one piece, and one line in several pieces, are read', async () => {
  assert.deepEqual(await read('{"a":1}\n{"b":2}\n{"c', '":3}\n'), [{ a: 1 }, { b: 2 }, { c: 3 }]);
});

test('a piece may end inside a character', async () => {
  const line = Buffer.from('{"a":"ü€😀"}\n');
  assert.deepEqual(await read(...Array.from(line, (byte) => Uint8Array.of(byte))), [{ a: 'ü€😀' }]);
});

test('the last line needs no end, and empty lines count for nothing', async () => {
  assert.deepEqual(await read('\n\r\n{"a":1}\n\n{"b":2}'), [{ a: 1 }, { b: 2 }]);
});

test('a byte order mark at the head counts for nothing', async () => {
  assert.deepEqual(await read('\uFEFF{"a":1}\n{"b":"\uFEFF"}\n'), [{ a: 1 }, { b: '\uFEFF' }]);
});

for (const line of ['not json', '1', 'null', '[]', '"text"']) {
  test(`the line ${line} is a failure of the server`, async () => {
    await assert.rejects(read(`{"a":1}\n${line}\n`), { code: 'server_failed' });
  });
}

test('a line without an end is refused before it fills the memory', async () => {
  const piece = 'x'.repeat(64 * 1024);
  let given = 0;
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      given += piece.length;
      yield await Promise.resolve(Buffer.from(piece));
    }
  };
  await assert.rejects(Array.fromAsync(ndjson(endless())), { code: 'server_failed' });
  assert.ok(given < 2 * 1024 * 1024);
});
