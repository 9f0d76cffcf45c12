import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { run } from '../../src/cli/run.ts';
import type { Session } from '../../src/cli/session.ts';

/** Packages that are loaded before a command is known, with all files of ours that are on the way. */
async function loadedAtStart(file: URL, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file.href)) return seen;
  seen.add(file.href);
  const text = await readFile(file, 'utf8');
  // What has types only is erased; what a command imports in a function comes later, what main.ts does comes at once.
  const early = text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';$/gm);
  const lazy = file.href.endsWith('/main.ts') ? text.matchAll(/import\('([^']+)'\)/g) : [];
  for (const [, name = ''] of [...early, ...lazy]) {
    if (name.startsWith('.')) await loadedAtStart(new URL(name, file), seen);
    else seen.add(name);
  }
  return seen;
}

describe('starting the command', () => {
  it('loads the parser and nothing of the engine, the server or the builder', async () => {
    const loaded = [...(await loadedAtStart(new URL('../../src/cli/main.ts', import.meta.url)))];
    const packages = loaded.filter((name) => !/^(node|file):/.test(name)).sort();
    assert.deepEqual(packages, ['commander', 'fastest-levenshtein']);
    assert.ok(
      loaded.some((name) => name.endsWith('/cli/commands/build.ts')),
      loaded.join('\n'),
    );
    for (const folder of ['docker', 'lifecycle', 'builder']) {
      assert.deepEqual(
        loaded.filter((name) => name.includes(`/src/${folder}/`)),
        [],
      );
    }
  });

  it('shows the stack of what nobody expected, and exits 1', async () => {
    const stderr = new PassThrough();
    const broken = {
      stderr,
      stdout: stderr,
      folder: '/',
      signal: new AbortController().signal,
      get environment(): never {
        throw new TypeError('nobody expected this');
      },
    };
    assert.equal(await run(['status'], broken as unknown as Session), 1);
    const said = String(stderr.read());
    assert.match(said, /^faaso: this should not have happened; please report it/);
    assert.match(said, /TypeError: nobody expected this\n {4}at /);
  });
});
