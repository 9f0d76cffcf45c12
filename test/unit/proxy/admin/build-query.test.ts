import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { FaasoError } from '../../../../src/errors.ts';
import type { BuildRequest } from '../../../../src/api/funko-api.ts';
import { AdminHarness, type AdminAnswer } from '../../../support/admin/admin-harness.ts';
import { tarOf } from '../../../support/admin/tar.ts';

const PATH = '/admin/funkos/hello/versions';
const TAR = { 'content-type': 'application/x-tar' };
const GOOD = { 'funko.yml': 'name: hello\n', Dockerfile: 'FROM x\n' };

let admin: AdminHarness;
before(async () => {
  admin = await AdminHarness.start();
});
after(async () => admin[Symbol.asyncDispose]());
beforeEach(() => {
  admin.funkos.calls.length = 0;
});

function codeOf({ body }: AdminAnswer): string {
  return (JSON.parse(body) as { code: string }).code;
}

test('without a health path the default is taken', async () => {
  await admin.ask('POST', PATH, { body: await tarOf(GOOD), headers: TAR });
  assert.deepEqual(admin.funkos.calls, ['build hello /ping']);
});

test('what is wished for in the query reaches the build', async () => {
  const wished = Promise.withResolvers<BuildRequest>();
  admin.funkos.onBuild = async (request) => {
    wished.resolve(request);
    return Promise.reject(new FaasoError('cancelled', 'enough'));
  };
  const query = 'force=true&noCache=true&pull=true&buildArg=A=1=2&buildArg=B=';
  await admin.ask('POST', `${PATH}?${query}`, { body: await tarOf(GOOD), headers: TAR });
  const { force, noCache, pull, buildArgs } = await wished.promise;
  assert.deepEqual(
    { force, noCache, pull, buildArgs },
    { force: true, noCache: true, pull: true, buildArgs: { A: '1=2', B: '' } },
  );
});

for (const query of [
  'force=yes',
  'buildArg=A',
  'buildArg==1',
  'health=ping',
  'health=/a%20b',
  'health=/a%23b',
  'health=/a&health=/b',
  'helth=/a',
]) {
  test(`the query ${query} is 400`, async () => {
    const answer = await admin.ask('POST', `${PATH}?${query}`, { body: await tarOf(GOOD), headers: TAR });
    assert.equal(answer.status, 400);
    assert.equal(codeOf(answer), 'bad_request');
    assert.deepEqual(admin.funkos.calls, []);
  });
}

test('prune passes on what is asked for, and refuses what makes no sense', async () => {
  const body = { funkos: ['hello'], keep: 2, cacheBytes: 0 };
  const ask = async (value: object): Promise<AdminAnswer> =>
    admin.ask('POST', '/admin/prune', {
      body: JSON.stringify(value),
      headers: { 'content-type': 'application/json' },
    });
  const answer = await ask(body);
  assert.deepEqual(JSON.parse(answer.body), {
    ...{ type: 'result', removed: ['faaso-demo:v1'], cacheBytes: 1_234_567 },
  });
  assert.deepEqual(admin.funkos.calls, [`prune ${JSON.stringify(body)}`]);
  for (const bad of [{ keep: 0 }, { keep: 1.5 }, { cacheBytes: -1 }, { names: [] }])
    assert.equal((await ask(bad)).status, 400);
});
