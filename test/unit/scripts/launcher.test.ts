import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../../bin/faaso', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'faaso-launcher-'));
after(() => rmSync(folder, { recursive: true }));

/** A copy of the launcher in a folder of its own, with these executables and files beside it. */
function installed(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(folder, name);
  for (const [path, text] of Object.entries({ ...files, 'bin/faaso': '' })) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o755);
  }
  copyFileSync(launcher, join(root, 'bin/faaso'));
  return root;
}

/** Runs it with a PATH that has `node` from `nodeFolder` only, beside the system's tools. */
function run(
  path: string,
  nodeFolder: string,
  words: readonly string[] = [],
): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(path, words, {
    encoding: 'utf8',
    env: { PATH: `${nodeFolder}:/usr/bin:/bin` },
  });
  return { status, text: stdout + stderr };
}

/** A `node` that says what it was asked to run. */
const NODE_THAT_SAYS = '#!/bin/sh\necho "ran $*"\n';

/** A folder with what the launcher itself runs, and nothing else. */
function toolsWithoutNode(): string {
  const tools = join(folder, 'tools');
  mkdirSync(tools, { recursive: true });
  for (const tool of ['dirname', 'readlink']) symlinkSync(`/usr/bin/${tool}`, join(tools, tool));
  return tools;
}

test('a checkout runs the sources on the pinned Node, also through symlinks, with all arguments', () => {
  const root = installed('checkout', {
    'node_modules/.bin/node': NODE_THAT_SAYS,
    'src/cli/main.ts': '',
    'dist/cli/main.js': '',
  });
  symlinkSync('checkout/bin/faaso', join(folder, 'relative'));
  symlinkSync(join(folder, 'relative'), join(folder, 'absolute'));
  for (const path of [join(root, 'bin/faaso'), join(folder, 'relative'), join(folder, 'absolute')]) {
    const { status, text } = run(path, '/nowhere', ['up', 'a b', '--json']);
    assert.deepEqual({ status, text }, { status: 0, text: `ran -- ${root}/src/cli/main.ts up a b --json\n` });
  }
});

test('an installed package runs what was compiled on the Node of the machine', () => {
  const root = installed('package', { 'dist/cli/main.js': '', 'path/node': NODE_THAT_SAYS });
  const { status, text } = run(join(root, 'bin/faaso'), join(root, 'path'), ['version']);
  assert.deepEqual({ status, text }, { status: 0, text: `ran -- ${root}/dist/cli/main.js version\n` });
});

test('an installed package on a machine without Node says which one is needed', () => {
  const root = installed('none', { 'dist/cli/main.js': '' });
  const { status, stderr } = spawnSync('/bin/sh', [join(root, 'bin/faaso')], {
    encoding: 'utf8',
    env: { PATH: toolsWithoutNode() },
  });
  assert.equal(status, 1);
  assert.match(stderr, /Node\.js 22\.19 or newer is needed; there is no node on the PATH/);
});

test('a checkout without its dependencies says how to install them', () => {
  const root = installed('bare', { 'src/cli/main.ts': '' });
  const { status, text } = run(join(root, 'bin/faaso'), '/nowhere');
  assert.equal(status, 1);
  assert.match(text, /Run `npm ci` in .*bare\./);
});
