import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'faaso-setup-test-'));
after(() => rmSync(base, { recursive: true }));

/** Takes the lock and writes a command's output, as set-up does, with this as set-up's folder. */
function setUp(folder: string): { status: number | null; text: string } {
  const script =
    'umask 0; . scripts/setup/common.sh; SETUP_FOLDER=$1; one_at_a_time; clean_up; quietly echo over; ls "$1/run"; clean_up';
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', script, 'sh', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

test('set-up makes its folder for its user alone, whatever the umask, and leaves nothing in it but the lock', async () => {
  const folder = join(base, 'cache', 'own');
  assert.deepEqual(setUp(folder), { status: 0, text: 'output\n' });
  assert.deepEqual(setUp(folder), { status: 0, text: 'output\n' });
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(base, 'cache')).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(folder), ['lock']);
});

test('set-up refuses a link in the place of its folder, and writes nothing to where it points', () => {
  const secret = join(base, 'secret');
  mkdirSync(join(secret, 'run'), { recursive: true });
  for (const file of ['lock', 'run/output']) writeFileSync(join(secret, file), 'mine');
  symlinkSync(secret, join(base, 'link'));
  const { status, text } = setUp(join(base, 'link'));
  assert.equal(status, 1);
  assert.match(text, /link must be a folder \(no link\) that .* owns and nobody else can write to/);
  assert.equal(readFileSync(join(secret, 'lock'), 'utf8'), 'mine');
  assert.equal(readFileSync(join(secret, 'run/output'), 'utf8'), 'mine');
});

test('set-up refuses a link, a file, and a folder that others can write to', () => {
  mkdirSync(join(base, 'target'));
  symlinkSync(join(base, 'nowhere'), join(base, 'dangling'));
  writeFileSync(join(base, 'file'), '');
  for (const [name, mode] of [
    ['open', 0o777],
    ['group', 0o770],
    ['inner', 0o700],
  ] as const) {
    mkdirSync(join(base, name));
    chmodSync(join(base, name), mode);
  }
  symlinkSync(join(base, 'target'), join(base, 'inner/run'));
  for (const name of ['dangling', 'file', 'open', 'group'])
    assert.equal(setUp(join(base, name)).status, 1, name);
  assert.equal(setUp(join(base, 'inner')).status, 0);
  assert.ok(!existsSync(join(base, 'nowhere')));
  assert.deepEqual(readdirSync(join(base, 'target')), []);
});

test('no script of set-up names a place in a folder that everybody can write to', async () => {
  const scripts = (await readdir(join(root, 'scripts'), { recursive: true })).filter((name) =>
    name.endsWith('.sh'),
  );
  assert.ok(scripts.length > 5);
  for (const name of scripts) {
    const code = readFileSync(join(root, 'scripts', name), 'utf8').replace(/^\s*#.*/gm, '');
    assert.doesNotMatch(code, /\/tmp\b|TMPDIR/, name);
  }
});
