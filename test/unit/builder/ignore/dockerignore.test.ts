import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readIgnores } from '../../../../src/builder/ignore/dockerignore.ts';

const ignores = (text: string) => readIgnores(text, '.dockerignore');

/** Each case: the file, a path, whether Docker leaves it out. Taken from moby/patternmatcher's own tests and docs. */
const CASES: [string, string, boolean][] = [
  ['node_modules', 'node_modules', true],
  ['node_modules', 'node_modules/a/b.js', true],
  ['node_modules', 'sub/node_modules', false],
  ['**/node_modules', 'node_modules/x', true],
  ['**/node_modules', 'a/b/node_modules/x', true],
  ['/foo', 'foo', true],
  ['foo/', 'foo/bar', true],
  ['./foo', 'foo', true],
  ['foo/../bar', 'bar', true],
  ['*.md', 'README.md', true],
  ['*.md', 'docs/README.md', false],
  ['**/*.md', 'README.md', true],
  ['**/*.md', 'docs/a/README.md', true],
  ['*/temp*', 'somedir/temporary.txt', true],
  ['*/temp*', 'a/b/temporary.txt', false],
  ['*/*/temp*', 'a/b/temporary.txt', true],
  ['temp?', 'tempa', true],
  ['temp?', 'temp/', false],
  ['temp?', 'temp', false],
  ['a/**', 'a/b/c', true],
  ['a/**', 'b/a', false],
  ['a/**/z', 'a/z', true],
  ['a/**/z', 'a/b/c/z', true],
  ['**', 'anything/at/all', true],
  ['[a-c]at', 'bat', true],
  ['[a-c]at', 'dat', false],
  ['[^a-c]at', 'dat', true],
  ['[^a-c]at', 'bat', false],
  ['a[/]b', 'a/b', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['a+b(c){d}|e$^', 'a+b(c){d}|e$^', true],
  ['a+b', 'aab', false],
  ['a.b', 'axb', false],
  ['constructor', 'toString', false],
  ['ReadMe.md', 'README.md', false],
  ['größe', 'größe', true],
  ['?', '😀', true],
  ['*.md\n!README.md', 'README.md', false],
  ['*.md\n!README.md', 'NEWS.md', true],
  ['*.md\n!README*.md\nREADME-secret.md', 'README-secret.md', true],
  ['*.md\nREADME-secret.md\n!README*.md', 'README-secret.md', false],
  ['dist\n!dist/keep', 'dist/keep', false],
  ['dist\n!dist/keep', 'dist/keep/deep', false],
  ['dist\n!dist/keep', 'dist/other', true],
  ['*\n!src', 'src/index.js', false],
  ['*\n!src', 'other', true],
  ['# comment\n\n  \nfoo', 'foo', true],
  ['#foo', '#foo', false],
  ['\\#foo', '#foo', true],
  ['  foo  ', 'foo', true],
  ['! foo', 'foo', false],
  ['\uFEFFfoo\r\nbar\r\n', 'foo', true],
  ['\uFEFFfoo\r\nbar\r\n', 'bar', true],
  ['\uFEFF#foo', '#foo', false],
  ['', 'foo', false],
  // An exception for a folder that nothing excluded says nothing of what is in it.
  ['**/*.env\n!config', 'config/prod.env', true],
  ['**/*.env\n!config', 'config/app.js', false],
  ['config\n!config', 'config/prod.env', false],
  ['*\n!config\n**/*.env', 'config/prod.env', true],
  ['a[^b]c', 'a/c', true],
  ['**a', 'xa', true],
  ['**a', 'x/ya', true],
  ['a**', 'a', true],
  ['a**', 'ab/c', true],
  ['a/**', 'a', false],
  ['\\d', '7', true],
  ['[[:alpha:]]', 'a', true],
  ['^a', '^a', true],
  ['!!a\na\n!a', 'a', false],
];

describe('.dockerignore means what Docker makes of it', () => {
  for (const [text, path, expected] of CASES) {
    it(`${JSON.stringify(text)} ${expected ? 'leaves out' : 'keeps'} ${path}`, () => {
      assert.equal(ignores(text).ignores(path, false), expected);
    });
  }
});

it('looks through an ignored folder only if something below may come back', () => {
  assert.equal(ignores('dist').mayReturnBelow('dist'), false);
  assert.equal(ignores('dist\n!dist/a/b').mayReturnBelow('dist'), true);
  assert.equal(ignores('dist\n!dist/a/b').mayReturnBelow('dist/a'), true);
  assert.equal(ignores('dist\n!dist/a/b').mayReturnBelow('dist/z'), false);
  assert.equal(ignores('dist\n!src').mayReturnBelow('dist'), false);
  assert.equal(ignores('dist\n!**/keep').mayReturnBelow('dist/a/b/c'), true);
  assert.equal(ignores('dist\n!d*/keep').mayReturnBelow('dist'), true);
});

it('names file and line of a pattern that is none', () => {
  for (const [text, line] of [
    ['ok\n!', 2],
    ['[a', 1],
    ['a\n\nb\\', 3],
    ['[z-a]', 1],
    ['[]', 1],
    ['[a-]', 1],
    ['[-a]', 1],
    ['!/', 1],
    ['\\y', 1],
  ] as const) {
    const message = new RegExp(`^\\.dockerignore:${line}:1: `);
    assert.throws(() => ignores(text), { code: 'bad_context', message }, text);
  }
});

it('stays fast on a pattern made to be slow', () => {
  const path = `${'a/'.repeat(500)}b`;
  assert.equal(ignores(`${'**/'.repeat(4)}x`).ignores(path, false), false);
});
