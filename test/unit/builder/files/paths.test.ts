import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cleanName, whyBadTarget } from '../../../../src/builder/files/paths.ts';

it('cleans names that mean the same', () => {
  for (const raw of ['a/b', './a/b', 'a/b/', 'a//b', 'a/./b', './/a/b//'])
    assert.deepEqual(cleanName(raw), { name: 'a/b' });
  for (const raw of ['.', './', './/']) assert.deepEqual(cleanName(raw), { name: '' });
  assert.deepEqual(cleanName('..a/...'), { name: '..a/...' });
});

it('refuses names that are absolute, climb, are empty, hold a NUL or are too long', () => {
  for (const raw of ['/a', '//', '..', '../a', 'a/../b', 'a/..', '', 'a\0b', 'ä'.repeat(2049)]) {
    assert.ok('refused' in cleanName(raw), raw);
  }
});

it('lets links point anywhere, and refuses what is no target', () => {
  for (const target of ['b', '../c', '../../../d', '/etc/passwd', '.'])
    assert.equal(whyBadTarget(target), undefined);
  for (const target of ['', 'b\0', 'x'.repeat(4096)]) assert.ok(whyBadTarget(target), target);
});
