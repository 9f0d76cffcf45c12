import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MOST_SECRET_BYTES } from '../../../../src/funko/naming/build.ts';
import { encodePreamble } from '../../../../src/api/build-preamble.ts';
import type { BuildRequest } from '../../../../src/api/funko-api.ts';
import { FaasoError } from '../../../../src/errors.ts';
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

async function send(
  preamble: Buffer,
  { bytes = preamble.length, gzip = false }: { bytes?: number; gzip?: boolean } = {},
): Promise<AdminAnswer> {
  const tar = await tarOf(GOOD);
  const body = Buffer.concat([preamble, gzip ? gzipSync(tar) : tar]);
  const headers = gzip ? { 'content-type': 'application/gzip' } : TAR;
  return admin.ask('POST', `${PATH}?preamble=${bytes}&target=one`, { body, headers });
}

for (const gzip of [false, true]) {
  test(`secrets and a Dockerfile before a ${gzip ? 'tar.gz' : 'tar'} reach the build`, async () => {
    const wished = Promise.withResolvers<BuildRequest>();
    admin.funkos.onBuild = async (request) => {
      wished.resolve(request);
      return Promise.reject(new FaasoError('cancelled', 'enough'));
    };
    const long = Buffer.alloc(MOST_SECRET_BYTES, 'é');
    const secrets = { npmrc: Buffer.from('//r/:_authToken=x\n'), LONG: long };
    await send(encodePreamble({ secrets, dockerfile: 'FROM y\n' }) ?? Buffer.alloc(0), { gzip });
    const request = await wished.promise;
    assert.deepEqual(request.secrets, secrets);
    assert.equal(request.dockerfile, 'FROM y\n');
    assert.equal(request.target, 'one');
    assert.equal(request.manifest.name, 'hello');
  });
}

const VALUE = Buffer.from('the value').toString('base64');
for (const [what, preamble] of Object.entries({
  'no JSON': `{"secrets":{"a":"${VALUE}"`,
  'a list': `["${VALUE}"]`,
  'an unknown key': `{"secret":{"a":"${VALUE}"}}`,
  'secrets that are a list': `{"secrets":["${VALUE}"]}`,
  'an ID with a slash': `{"secrets":{"../a":"${VALUE}"}}`,
  'a value that is no base64': `{"secrets":{"a":"${VALUE}?"}}`,
  'a value that is no text': `{"secrets":{"a":["${VALUE}"]}}`,
  'a value above 500 KiB': JSON.stringify({ secrets: { a: Buffer.alloc(512_001).toString('base64') } }),
})) {
  test(`a preamble that is or has ${what} is 400, and no value is told`, async () => {
    const answer = await send(Buffer.from(preamble));
    assert.equal(answer.status, 400);
    assert.match(answer.body, /bad_request/);
    assert.equal(answer.body.includes(VALUE), false);
    assert.deepEqual(admin.funkos.calls, []);
  });
}

test('of a key or an ID that is refused at most 200 characters are told', async () => {
  const long = '/'.repeat(100_000);
  for (const preamble of [{ [long]: 1 }, { secrets: { [long]: '' } }]) {
    const answer = await send(Buffer.from(JSON.stringify(preamble)));
    assert.equal(answer.status, 400);
    assert.match(answer.body, /"\/{199}…/);
    assert.ok(answer.body.length < 1000);
  }
});

test('a preamble that is said to be too long is 413, one that the body is too short for is 400', async () => {
  const preamble = Buffer.from('{}');
  assert.equal((await send(preamble, { bytes: 8 * 1024 * 1024 + 1 })).status, 413);
  assert.equal((await send(preamble, { bytes: 1024 * 1024 })).status, 400);
});

test('while builds hold 64 MiB of preambles one more is 503, and it is taken when they have ended', async () => {
  const all = Promise.withResolvers<undefined>();
  const over = Promise.withResolvers<never>();
  let building = 0;
  admin.funkos.onBuild = async () => {
    building += 1;
    if (building === 8) all.resolve(undefined);
    return over.promise;
  };
  const preamble = Buffer.alloc(8 * 1024 * 1024, ' ').fill('{}', 0, 2);
  const builds = Array.from({ length: 8 }, async () => send(preamble));
  await all.promise;
  const refused = await send(Buffer.from('{}'));
  assert.equal(refused.status, 503);
  assert.match(refused.body, /preambles of other requests hold 67108864 bytes, and this one has 2;/);
  over.reject(new FaasoError('conflict', 'enough'));
  for (const { status } of await Promise.all(builds)) assert.equal(status, 409);
  assert.equal((await send(Buffer.from('{}'))).status, 409);
});

for (const whole of [false, true]) {
  test(`with Content-Encoding a preamble is 415, ${whole ? 'in it' : 'before it'}`, async () => {
    const preamble = encodePreamble({ secrets: { a: Buffer.from('the value') } }) ?? Buffer.alloc(0);
    const tar = await tarOf(GOOD);
    const body = whole ? gzipSync(Buffer.concat([preamble, tar])) : Buffer.concat([preamble, gzipSync(tar)]);
    const headers = { ...TAR, 'content-encoding': 'gzip' };
    const answer = await admin.ask('POST', `${PATH}?preamble=${preamble.length}`, { body, headers });
    assert.equal(answer.status, 415);
    assert.match(answer.body, /has a preamble and is encoded as \\"gzip\\".*application\/gzip/);
    assert.deepEqual(admin.funkos.calls, []);
  });
}
