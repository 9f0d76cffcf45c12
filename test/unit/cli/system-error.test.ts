import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { FaasoError } from '../../../src/errors.ts';
import { asExpected } from '../../../src/cli/system-error.ts';
import { newHome, writeFunko, type Home } from '../../support/cli/faaso.ts';

const NOBODY = { FAASO_SERVER: 'http://127.0.0.1:1', DOCKER_HOST: 'unix:///nowhere' };
const LONG = 'x'.repeat(300);

/** A home in which only the folder `open` can be written to, with a funko. What is closed is so for its owner, too. */
async function openHome(): Promise<Home> {
  const home = await newHome({ ...NOBODY, FAASO_TOKEN: 'x' });
  await writeFunko(home, 'demo');
  await mkdir(home.path('closed'), { mode: 0o000 });
  await mkdir(home.path('open'));
  return home;
}

/** What is wrong, the command, the words of its error. */
const CASES: readonly [what: string, words: readonly string[], says: RegExp][] = [
  ['EACCES', ['new', 'shop', '-r', 'node'], /Can't write to \/.*: permission denied/],
  ['EACCES', ['export', 'demo', 'closed/out'], /(closed.*denied|denied.*closed)/i],
  ['EACCES', ['export', 'demo', 'out'], /Can't write to \/.*: permission denied/],
  ['ENOTDIR', ['export', 'demo', 'demo/funko.yml/out'], /funko\.yml/],
  ['ENAMETOOLONG', ['export', 'demo', `open/${LONG}`], /ENAMETOOLONG|too long/],
  ['ENAMETOOLONG', ['build', LONG], /ENAMETOOLONG|too long|no such folder|does not exist/],
  ['EACCES', ['build', 'secret'], /secret/],
  ['EACCES', ['build', 'unreadable'], /index\.html/],
  ['EACCES', ['deploy', 'closed'], /closed/],
  ['EACCES', ['up', './closed'], /closed/],
  ['EISDIR', ['up', './folder'], /folder/],
  ['ELOOP', ['build', 'loop'], /loop/],
  ['EACCES', ['dev', 'closed'], /closed/],
  ['ENOENT', ['dev', 'demo'], /engine/],
  [
    'EACCES',
    ['build', 'demo', '--secret', 'id=a,src=closed/key'],
    /closed.key can't be read: permission denied/,
  ],
  [
    'ENOENT',
    ['build', 'demo', '--secret', 'id=a,src=none'],
    /none can't be read: no such file or folder \(ENOENT\)$/m,
  ],
  [
    'EISDIR',
    ['build', 'demo', '--secret', 'id=a,src=open'],
    /open can't be read: it is a folder, not a file/,
  ],
  ['EACCES', ['runtimes', 'show', './closed'], /closed can't be read \(EACCES\)/],
  ['EACCES', ['new', 'open/shop', '-r', './closed'], /closed can't be read \(EACCES\)/],
  ['EACCES', ['invoke', 'demo', '-d', '@closed/x'], /Can't open .*closed.x: permission denied/],
  ['EISDIR', ['invoke', 'demo', '-d', '@open'], /Can't read .*open: it is a folder/],
  ['ENOENT', ['login'], /engine.*faaso login http:\/\/127\.0\.0\.1:1 --token -/],
];

describe('a system error that a person can fix', () => {
  for (const [what, words, says] of CASES) {
    it(`${what}: faaso ${words.join(' ').slice(0, 50)}`, async () => {
      await using home = await openHome();
      await mkdir(home.path('secret'));
      await writeFile(home.path('secret', 'funko.yml'), 'name: secret\n', { mode: 0o000 });
      await writeFunko(home, 'unreadable');
      await writeFile(home.path('unreadable', 'index.html'), '', { mode: 0o000 });
      await mkdir(home.path('folder', 'funko.yml'), { recursive: true });
      await symlink('loop', home.path('loop'));
      await chmod(home.folder, 0o555);
      const { status, stdout, stderr } = await home.faasoUnprivileged(words);
      assert.ok(status === 1 || status === 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^faaso: /m);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /should not have happened|^ {4}at /m);
    });
  }

  for (const [code, server, says] of [
    ['ECONNREFUSED', 'http://127.0.0.1:1', /docker compose up -d/],
    ['ENOTFOUND', 'http://no-such-host.invalid', /No host has this name: check the address/],
  ] as const)
    it(`${code}: faaso login ${server}`, async () => {
      await using home = await newHome();
      const { status, stderr } = await home.faaso(['login', server, '--token', '-'], { input: 'x' });
      assert.equal(status, 1);
      assert.ok(stderr.startsWith(`faaso: No server answers at ${server} (`), stderr);
      assert.match(stderr, says);
    });

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
