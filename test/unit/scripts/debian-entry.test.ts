import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'faaso-apt-'));
after(() => rmSync(folder, { recursive: true }));

/** What debian_entry writes on a machine of the suite "old" with these files, as [name, text]; undefined: it fails. */
function entryOf(files: Readonly<Record<string, string>>): [string, string] | undefined {
  const sources = mkdtempSync(join(folder, 'sources-'));
  const into = mkdtempSync(join(folder, 'into-'));
  mkdirSync(join(sources, 'sources.list.d'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(sources, name), text);
  const script = `. scripts/setup/debian.sh; SOURCES=$1; own_suite() { echo old; }; debian_entry new "$2"`;
  try {
    execFileSync('sh', ['-euc', script, 'sh', sources, into], { cwd: root, stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const [name = ''] = readdirSync(into);
  return [name, readFileSync(join(into, name), 'utf8')];
}

test('a deb822 entry is copied with the suite alone changed, updates left out', () => {
  const text =
    '# comment\nTypes: deb\nURIs: http://mirror.test/debian\nSuites: old old-updates\nComponents: main\n';
  assert.deepEqual(entryOf({ 'sources.list.d/a.sources': text }), [
    'faaso-new.sources',
    'Types: deb\nURIs: http://mirror.test/debian\nSuites: new\nComponents: main\n',
  ]);
});

test('stanzas of sources only, of other suites and switched off are passed over', () => {
  const stanza = (types: string, suite: string, more = ''): string =>
    `Types: ${types}\n${more}URIs: http://${suite}.${types.length}.test\nSuites: ${suite}\nComponents: main\n`;
  const text = [
    stanza('deb-src', 'old'),
    stanza('deb', 'old-security'),
    stanza('deb', 'old', 'Enabled: no\n'),
    stanza('deb deb-src', 'old'),
  ].join('\n');
  assert.match(
    entryOf({ 'sources.list.d/a.sources': text })?.[1] ?? '',
    /URIs: http:\/\/old\.11\.test\nSuites: new\n/,
  );
});

test('a one-line entry keeps its options and components', () => {
  const text =
    'deb-src http://a.test old main\n# deb http://b.test old main\ndeb [arch=amd64] http://c.test old main contrib\n';
  assert.deepEqual(entryOf({ 'sources.list': text }), [
    'faaso-new.list',
    'deb [arch=amd64] http://c.test new main contrib\n',
  ]);
});

test('a machine without an entry of its own suite fails', () => {
  assert.equal(entryOf({ 'sources.list': 'deb http://a.test older main\n' }), undefined);
});
