import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonLines } from '../../../../src/docker/engine/json-lines.ts';

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
    message: "The engine's event stream holds what is no JSON: <html>",
  });
});

test('a line that is too long is an error, whether its end came or not', () => {
  const message = /holds a line that is too long/;
  assert.throws(() => parse(Buffer.alloc(1001, ' ')), { code: 'engine_failed', message });
  assert.throws(() => parse(Buffer.from(`"${'x'.repeat(1000)}"\n`)), { code: 'engine_failed', message });
  assert.deepEqual(parse(Buffer.from(`"${'x'.repeat(998)}"\n`)), ['x'.repeat(998)]);
});

test('an end in the middle of a document is an error', () => {
  assert.throws(() => parse(Buffer.from('{"a":')), { code: 'engine_failed', message: /without an end/ });
});
