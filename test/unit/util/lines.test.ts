import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LineSplitter } from '../../../src/util/lines.ts';

const TEXT = Buffer.from('one\n\nzwö 😀\r\nlast');

it('gives the same lines whatever the chunks, also if they end inside a character', () => {
  for (let size = 1; size <= TEXT.length; size += 1) {
    const splitter = new LineSplitter();
    const lines: string[] = [];
    for (let at = 0; at < TEXT.length; at += size) lines.push(...splitter.push(TEXT.subarray(at, at + size)));
    assert.deepEqual(lines, ['one', '', 'zwö 😀\r'], `chunks of ${size} bytes`);
    assert.equal(splitter.pending, 4);
    assert.equal(splitter.rest(), 'last');
  }
});

it('gives the incomplete last line once, and goes on after it', () => {
  const splitter = new LineSplitter();
  assert.deepEqual(splitter.push(Buffer.from('a\nbc')), ['a']);
  assert.equal(splitter.rest(), 'bc');
  assert.equal(splitter.rest(), '');
  assert.equal(splitter.pending, 0);
  assert.deepEqual(splitter.push(Buffer.from('d\n')), ['d']);
});
