import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { FaasoError } from '../../../../src/errors.ts';
import { loadToken } from '../../../../src/proxy/admin/token.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaso-token-'));
  file = join(folder, 'token');
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

test('the first start makes a token of 32 bytes that only its owner may read', async () => {
  const token = await loadToken(folder);
  assert.match(token, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(await readFile(file, 'utf8'), token);
  assert.equal(await modeOf(file), 0o600);
  assert.deepEqual(await readdir(folder), ['token']);
});

test('the next start keeps it', async () => {
  assert.equal(await loadToken(folder), await loadToken(folder));
});

test('starts at the same time agree on one token', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, async () => loadToken(folder)));
  assert.equal(new Set(tokens).size, 1);
  assert.deepEqual(await readdir(folder), ['token']);
});

test('a token of a person’s own is taken, blanks around it left out', async () => {
  const own = 'my-own-token-that-is-long-enough-0123456789';
  await writeFile(file, `${own}\n`);
  assert.equal(await loadToken(folder), own);
});

test('a token file that others may read is closed to them', async () => {
  const token = await loadToken(folder);
  await chmod(file, 0o644);
  assert.equal(await loadToken(folder), token);
  assert.equal(await modeOf(file), 0o600);
});

for (const [what, content] of [
  ['empty', ''],
  ['too short', 'short'],
  ['with a blank inside', 'a token with blanks in it, long enough as it is'],
]) {
  test(`a token file that is ${what} stops the start, names the fix, and does not repeat what it holds`, async () => {
    await writeFile(file, content ?? '');
    await assert.rejects(loadToken(folder), (error: FaasoError) => {
      assert.equal(error.code, 'bad_setting');
      assert.match(error.message, /Remove it and start again/);
      assert.ok(content === '' || !error.message.includes(content ?? ''));
      return true;
    });
    assert.equal(await readFile(file, 'utf8'), content);
  });
}

test('a folder in the place of the file stops the start', async () => {
  await mkdir(file);
  await assert.rejects(loadToken(folder), { code: 'bad_setting' });
});

test('a data folder that does not exist stops the start and names the setting', async () => {
  await assert.rejects(loadToken(join(folder, 'none')), (error: FaasoError) =>
    error.message.includes('FAASO_DATA'),
  );
});
