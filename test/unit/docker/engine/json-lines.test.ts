import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonLines, TOO_LONG } from '../../../../src/docker/engine/json-lines.ts';

const DOCUMENTS = [{ a: 'é€😀' }, { b: [1, { c: null }] }, { d: 'two\nlines' }];
const LINES = Buffer.from(DOCUMENTS.map((document) => `${JSON.stringify(document)}\n`).join(''));
const SEQUENCE = Buffer.from(DOCUMENTS.map((document) => `\u001e${JSON.stringify(document)}\n`).join(''));

function parse(...chunks: Uint8Array[]): unknown[] {
  const lines = new JsonLines('event stream', 1000);
  const documents = chunks.flatMap((chunk) => lines.push(chunk));
  lines.end();
  return documents;
}

test('several documents in one chunk are all given', () => {
  assert.deepEqual(parse(LINES), DOCUMENTS);
});

test('a chunk may end anywhere, inside a UTF-8 character too', () => {
  for (const bytes of [LINES, SEQUENCE]) {
    for (let at = 0; at <= bytes.length; at++) {
      assert.deepEqual(parse(bytes.subarray(0, at), bytes.subarray(at)), DOCUMENTS, `split at byte ${at}`);
    }
  }
});

test('bytes that come one by one give the same documents', () => {
  assert.deepEqual(parse(...Array.from(LINES, (byte) => Uint8Array.of(byte))), DOCUMENTS);
});

test('documents after a record separator (RFC 7464) are given like lines', () => {
  assert.deepEqual(parse(SEQUENCE), DOCUMENTS);
});

test('empty lines and carriage returns mean nothing', () => {
  assert.deepEqual(parse(Buffer.from('\r\n\n{"a":1}\r\n \n')), [{ a: 1 }]);
});

test('nanoseconds are given exactly, as digits', () => {
  const [event] = parse(Buffer.from('{"timeNano":1795513431123456789,"time":1795513431}\n'));
  assert.deepEqual(event, { timeNano: '1795513431123456789', time: 1795513431 });
});

test('a line that is no JSON is an error that shows it', () => {
  assert.throws(() => parse(Buffer.from('{"a":1}\n<html>\n')), {
    code: 'engine_failed',
    message: "The engine's event stream holds a line that is not JSON: <html>",
  });
});

test('a line that is too long is skipped and told of once, as soon as it is; the next one is read', () => {
  const lines = new JsonLines('event stream', 1000);
  assert.deepEqual(lines.push(Buffer.from(`{"a":1}\n"${'x'.repeat(900)}`)), [{ a: 1 }]);
  assert.deepEqual(lines.push(Buffer.from('x'.repeat(200))), [TOO_LONG]);
  assert.deepEqual(lines.push(Buffer.from('x'.repeat(5000))), []);
  assert.deepEqual(lines.push(Buffer.from('x"\n{"b":2}\n')), [{ b: 2 }]);
  assert.deepEqual(lines.push(Buffer.from(`"${'x'.repeat(1000)}"\n{"c":3}\n`)), [TOO_LONG, { c: 3 }]);
  assert.deepEqual(lines.push(Buffer.from(`"${'x'.repeat(998)}"\n`)), ['x'.repeat(998)]);
  lines.end();
});

test('a line without an end fills no memory', () => {
  const lines = new JsonLines('event stream', 1000);
  const chunk = Buffer.alloc(1024 ** 2, 'x');
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 600; count += 1) assert.equal(lines.push(chunk).length, count === 0 ? 1 : 0);
  assert.ok(process.memoryUsage().heapUsed - before < 200 * 1024 ** 2);
  assert.deepEqual(lines.push(Buffer.from('\n{"a":1}\n')), [{ a: 1 }]);
});

test('an end in the middle of a document is an error', () => {
  assert.throws(() => parse(Buffer.from('{"a":')), { code: 'engine_failed', message: /without an end/ });
});
