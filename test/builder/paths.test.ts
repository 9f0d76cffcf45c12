import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cleanName, parentsOf, whyLinkLeaves } from '../../src/builder/paths.ts';

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

it('lets links stay inside and refuses those that leave', () => {
  const inside: [string, string][] = [
    ['a', 'b'],
    ['a/b', '../c'],
    ['a/b/c', '../../d'],
    ['a', './x/../y'],
    ['a', '.'],
  ];
  for (const [path, target] of inside) assert.equal(whyLinkLeaves(path, target), undefined, target);
  const outside: [string, string][] = [
    ['a', '/etc/passwd'],
    ['a', '..'],
    ['a/b', '../../x'],
    ['a', 'x/../../a'],
    ['a', ''],
    ['a', 'b\0'],
  ];
  for (const [path, target] of outside) assert.ok(whyLinkLeaves(path, target), target);
});

it('lists the folders above a path', () => {
  assert.deepEqual(parentsOf('a/b/c'), ['a', 'a/b']);
  assert.deepEqual(parentsOf('a'), []);
});
