import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formsIn, needlesOf } from '../../support/secrets/needles.ts';

const VALUE = 'S"c&t/é+00ff1234567890';

test('the value is found in each of its forms, wherever it stands', () => {
  const needles = needlesOf(VALUE);
  const inside = (before: string): Buffer => Buffer.from(`${before}${VALUE} and more`);
  const hiding = [
    ['raw', inside('x')],
    ['JSON', JSON.stringify({ a: `x${VALUE}x` })],
    ['hex', inside('ab').toString('hex')],
    ['upper-case hex', inside('ab').toString('hex').toUpperCase()],
    ['percent-encoded', `?a=${encodeURIComponent(VALUE)}&b`],
    ['numbers', JSON.stringify([...inside('x')])],
    ['base64, shifted by 0', inside('abc').toString('base64')],
    ['base64, shifted by 1', inside('a').toString('base64')],
    ['base64, shifted by 2', inside('ab').toString('base64')],
    ['base64, shifted by 1, URL-safe', inside('abcd').toString('base64url')],
  ] as const;
  for (const [form, bytes] of hiding) assert.ok(formsIn(bytes, needles).includes(form), form);
  assert.deepEqual(formsIn('nothing of the kind', needles), []);
});
