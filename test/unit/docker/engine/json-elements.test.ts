import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonElements } from '../../../../src/docker/engine/json-elements.ts';
import { TOO_LONG } from '../../../../src/docker/engine/json-lines.ts';

const ROWS = [{ a: 'é€😀' }, { b: [1, { c: null }], 'd"': '\\"]},{[' }, { e: 'x\\' }, {}, [{ f: '[' }]];
const SENT = Buffer.from(JSON.stringify(ROWS));

function parse(...chunks: Buffer[]): unknown[] {
  const elements = new JsonElements(1000);
  const found = chunks.flatMap((chunk) => elements.push(chunk));
  elements.end();
  return found;
}

test('elements are given one by one, wherever a chunk ends', () => {
  assert.deepEqual(parse(Buffer.from('[]\n')), []);
  assert.deepEqual(parse(Buffer.from(` ${JSON.stringify(ROWS, null, 2)}\n`)), ROWS);
  for (let at = 0; at <= SENT.length; at++)
    assert.deepEqual(parse(SENT.subarray(0, at), SENT.subarray(at)), ROWS, `split at byte ${at}`);
  assert.deepEqual(parse(...Array.from(SENT, (byte) => Buffer.of(byte))), ROWS);
});

test('each is given as soon as it is there', () => {
  const elements = new JsonElements(1000);
  assert.deepEqual(elements.push(Buffer.from('[{"a":1},{"b"')), [{ a: 1 }]);
  assert.deepEqual(elements.push(Buffer.from(':2}')), [{ b: 2 }]);
});

test('one that is too long is skipped, and fills no memory', () => {
  const elements = new JsonElements(1000);
  assert.deepEqual(elements.push(Buffer.from('[{"a":1},{"b":"')), [{ a: 1 }]);
  const before = process.memoryUsage();
  const chunk = Buffer.alloc(1024 ** 2, 'x');
  for (let count = 0; count < 300; count += 1) assert.deepEqual(elements.push(chunk), []);
  const after = process.memoryUsage();
  assert.ok(after.heapUsed + after.external - before.heapUsed - before.external < 100 * 1024 ** 2);
  assert.deepEqual(elements.push(Buffer.from('"},{"c":3}]')), [TOO_LONG, { c: 3 }]);
  elements.end();
  assert.deepEqual(parse(Buffer.from(`[{"a":"${'x'.repeat(992)}"}]`)), [{ a: 'x'.repeat(992) }]);
  assert.deepEqual(parse(Buffer.from(`[{"a":"${'x'.repeat(993)}"}]`)), [TOO_LONG]);
});

test('what is no JSON, or breaks off, is an error', () => {
  const failed = { code: 'engine_failed', message: /not JSON, or incomplete/ };
  for (const text of ['[{"a":x}]', '[{"a":1}', '[{"a":"1}]', '', 'null', '{"a":{}}', '[][{}]'])
    assert.throws(() => parse(Buffer.from(text)), failed);
});
