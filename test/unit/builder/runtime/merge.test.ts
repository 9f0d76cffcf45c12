import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mergeItems } from '../../../../src/builder/runtime/merge.ts';
import type { ContextItem } from '../../../../src/builder/files/walk.ts';

const file = (path: string, from: string): ContextItem => ({
  kind: 'file',
  path,
  mode: 0o644,
  content: { bytes: Buffer.from(from) },
});
const folder = (path: string): ContextItem => ({ kind: 'directory', path, mode: 0o755 });
const link = (path: string): ContextItem => ({ kind: 'symlink', path, target: 'x' });

function merged(runtime: ContextItem[], funko: ContextItem[]): Record<string, string> {
  const texts = mergeItems(runtime, funko).map((item) => [
    item.path,
    item.kind === 'file' && 'bytes' in item.content ? item.content.bytes.toString() : item.kind,
  ]);
  return Object.fromEntries(texts) as Record<string, string>;
}

it("takes the funko's file where both have one", () => {
  assert.deepEqual(
    merged([file('a', 'runtime'), file('b', 'runtime')], [file('a', 'funko'), file('c', 'funko')]),
    {
      a: 'funko',
      b: 'runtime',
      c: 'funko',
    },
  );
});

it('joins folders that both have', () => {
  assert.deepEqual(merged([folder('d'), file('d/a', 'runtime')], [folder('d'), file('d/b', 'funko')]), {
    d: 'directory',
    'd/a': 'runtime',
    'd/b': 'funko',
  });
});

it("lets the funko's file or link take the place of a runtime's folder, with all that is in it", () => {
  const runtime = [
    folder('d'),
    file('d/a', 'runtime'),
    folder('d/e'),
    file('d/e/f', 'runtime'),
    file('d2', 'runtime'),
  ];
  assert.deepEqual(merged(runtime, [file('d', 'funko')]), { d: 'funko', d2: 'runtime' });
  assert.deepEqual(merged(runtime, [link('d')]), { d: 'symlink', d2: 'runtime' });
});

it("lets the funko's folder take the place of a runtime's file", () => {
  assert.deepEqual(merged([file('d', 'runtime')], [folder('d'), file('d/a', 'funko')]), {
    d: 'directory',
    'd/a': 'funko',
  });
});
