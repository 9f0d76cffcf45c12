import assert from 'node:assert/strict';
import { it } from 'node:test';
import { escaped, escapedJson } from '../../../src/util/control-characters.ts';

const HOSTILE = '\x00\t\n\r\x1b[2J\x7f\x80\x9b\x9f\u2028\u2029\u202a\u202e\u2066\u2069';

it('shows each character that steers a terminal as its code, and no other', () => {
  assert.equal(
    escaped(HOSTILE),
    '\\x00\\x09\\x0a\\x0d\\x1b[2J\\x7f\\x80\\x9b\\x9f\\u2028\\u2029\\u202a\\u202e\\u2066\\u2069',
  );
  for (const text of ['', 'demo', 'ä€😀 \xa0', 'שלום', 'a\u200fb', '\\x1b'])
    assert.equal(escaped(text), text);
});

it('leaves JSON that says the same, with its own line feeds', () => {
  const value = { [HOSTILE]: [HOSTILE, 'ä€😀'] };
  const json = escapedJson(JSON.stringify(value, null, 2));
  assert.deepEqual(JSON.parse(json), value);
  assert.doesNotMatch(json, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
  assert.match(json, /^\{\n/);
});
