import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { FaasoError } from '../../src/errors.ts';
import { asExpected } from '../../src/cli/system-error.ts';
import { newHome, writeFunko, type Home } from './faaso.ts';

const LONG = 'x'.repeat(300);

/** A home that a user without rights may look into, with a funko. */
async function openHome(): Promise<Home> {
  const home = await newHome({ FAASO_TOKEN: 'x', FAASO_SERVER: 'http://127.0.0.1:1' });
  await writeFunko(home, 'demo');
  await mkdir(home.path('closed'), { mode: 0o700 });
  await mkdir(home.path('open'), { mode: 0o777 });
  await chmod(home.path('open'), 0o777);
  await chmod(home.folder, 0o755);
  return home;
}

/** What is wrong, the command, the words of its error. */
const CASES: readonly [what: string, words: readonly string[], says: RegExp][] = [
  ['EACCES', ['new', 'shop', '-r', 'node'], /Can't write to \/.*: permission denied/],
  ['EACCES', ['export', 'demo', 'closed/out'], /(closed.*denied|denied.*closed)/i],
  ['EACCES', ['export', 'demo', 'out'], /Can't write to \/.*: permission denied/],
  ['EACCES', ['export', 'demo', '/none/out'], /\/none.*denied/],
  ['ENOTDIR', ['export', 'demo', 'demo/funko.yml/out'], /funko\.yml/],
  ['ENAMETOOLONG', ['export', 'demo', `open/${LONG}`], /ENAMETOOLONG|too long/],
  ['ENAMETOOLONG', ['build', LONG], /ENAMETOOLONG|too long|no such folder|does not exist/],
  ['EACCES', ['build', 'secret'], /secret/],
  ['EACCES', ['build', 'unreadable'], /index\.html/],
  ['EACCES', ['deploy', 'closed'], /closed/],
  ['EACCES', ['up', './closed'], /closed/],
  ['EISDIR', ['up', './folder'], /folder/],
  ['ELOOP', ['build', 'loop'], /loop/],
];

describe('a system error that a person can mend', () => {
  for (const [what, words, says] of CASES) {
    it(`${what}: faaso ${words.join(' ').slice(0, 50)}`, async () => {
      await using home = await openHome();
      await mkdir(home.path('secret'));
      await writeFile(home.path('secret', 'funko.yml'), 'name: secret\n', { mode: 0o600 });
      await writeFunko(home, 'unreadable');
      await writeFile(home.path('unreadable', 'index.html'), '', { mode: 0o600 });
      await mkdir(home.path('folder', 'funko.yml'), { recursive: true });
      await symlink('loop', home.path('loop'));
      const { status, stdout, stderr } = await home.faasoUnprivileged(words);
      assert.ok(status === 1 || status === 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^faaso: /m);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /should not have happened|^ {4}at /m);
    });
  }

  it('EMFILE: a build with 20 open files', async () => {
    await using home = await openHome();
    const { stderr } = await home.faasoUnprivileged(['new', 'open/shop', '-r', 'node'], 'ulimit -n 20');
    assert.doesNotMatch(stderr, /should not have happened/);
  });

  it('ENOSPC and EROFS: a full disk, and one that is read-only', async () => {
    await using home = await openHome();
    const small = home.path('small');
    await mkdir(small);
    const mount = (options: string): unknown =>
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', small]);
    mount('size=4k');
    try {
      await writeFile(`${small}/full`, Buffer.alloc(4096)).catch(() => undefined);
      const full = await home.faaso(['export', 'demo', 'small/out']);
      assert.match(full.stderr, /^faaso: .*small.*no space left on device/m);
      execFileSync('mount', ['-o', 'remount,ro', small]);
      const readOnly = await home.faaso(['export', 'demo', 'small/out']);
      assert.match(readOnly.stderr, /^faaso: .*small.*read-only/m);
      assert.deepEqual([full.status, readOnly.status], [1, 1]);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

describe('asExpected', () => {
  it('names what was asked of the network', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), {
      ...{ code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: 1 },
    });
    const { message } = asExpected(error) as FaasoError;
    assert.match(message, /^Can't reach 127\.0\.0\.1:1: connection refused \(ECONNREFUSED\)\. /);
  });

  it('leaves alone what is no system error', () => {
    const error = Object.assign(new TypeError('x'), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.equal(asExpected(error), error);
  });
});
