import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Backend } from '../../../../src/proxy/balancing/backend.ts';
import { AdminHarness, TOKEN } from '../../../support/admin/admin-harness.ts';
import { statusOf } from '../../../support/cli/fake-funkos.ts';

let admin: AdminHarness;
before(async () => {
  admin = await AdminHarness.start();
});
after(async () => admin[Symbol.asyncDispose]());
beforeEach(() => {
  admin.funkos.calls.length = 0;
  admin.logLines.length = 0;
});

interface ProblemBody {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
}

function problem(body: string): ProblemBody {
  return JSON.parse(body) as ProblemBody;
}

test('version says what runs', async () => {
  const answer = await admin.ask('GET', '/admin/version');
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.deepEqual(JSON.parse(answer.body), {
    kind: 'server',
    faaso: '9.8.7',
    engine: '26.1.5',
    network: 'faaso-net',
  });
});

test('list gives all funkos, show one', async () => {
  const list = JSON.parse((await admin.ask('GET', '/admin/funkos')).body) as { funkos: { name: string }[] };
  assert.deepEqual(
    list.funkos.map(({ name }) => name),
    ['hello'],
  );
  const shown = JSON.parse((await admin.ask('GET', '/admin/funkos/hello')).body) as { name: string };
  assert.equal(shown.name, 'hello');
});

test('a name is decoded once', async () => {
  await admin.ask('GET', '/admin/funkos/a%2Fb%2520c');
  assert.deepEqual(admin.funkos.calls, ['show a/b%20c']);
});

test('an unknown funko is 404 with its code', async () => {
  const answer = await admin.ask('GET', '/admin/funkos/none');
  assert.equal(answer.status, 404);
  assert.equal(problem(answer.body).code, 'unknown_funko');
});

for (const path of [
  '/admin',
  '/admin/',
  '/admin/nothing',
  '/admin/funkos/',
  '/admin/funkos/hello/nothing',
  '/',
]) {
  test(`${path} is 404`, async () => {
    const answer = await admin.ask('GET', path);
    assert.equal(answer.status, 404);
    assert.equal(problem(answer.body).code, 'not_found');
  });
}

test('a path with a broken % code is 400', async () => {
  const answer = await admin.ask('GET', '/admin/funkos/%zz');
  assert.equal(answer.status, 400);
});

const METHODS: [string, string, string][] = [
  ['HEAD', '/admin/version', 'GET'],
  ['POST', '/admin/funkos', 'GET'],
  ['PUT', '/admin/funkos/hello', 'GET, DELETE'],
  ['OPTIONS', '/admin/funkos/hello/up', 'POST'],
  ['GET', '/admin/funkos/hello/versions', 'POST'],
];
for (const [method, path, allow] of METHODS) {
  test(`${method} ${path} is 405 and says what is allowed: ${allow}`, async () => {
    const answer = await admin.ask(method, path);
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.allow, allow);
  });
}

test('down and remove answer with one line, the result', async () => {
  const down = await admin.ask('POST', '/admin/funkos/hello/down');
  assert.deepEqual(JSON.parse(down.body), { type: 'result', funko: 'hello', removed: ['faaso-hello.1'] });
  const remove = await admin.ask('DELETE', '/admin/funkos/hello');
  assert.equal((JSON.parse(remove.body) as { type: string }).type, 'result');
  assert.deepEqual(admin.funkos.calls, ['down hello', 'remove hello']);
});

test('work that fails before its first line of progress is a problem with a status', async () => {
  const answer = await admin.ask('POST', '/admin/funkos/none/down');
  assert.equal(answer.status, 404);
  assert.equal(problem(answer.body).code, 'unknown_funko');
});

test('an error that nobody expected is 500, says nothing of its insides, and is logged with them', async () => {
  admin.funkos.onUp = async () => Promise.reject(new Error('secret insides'));
  const answer = await admin.ask('POST', '/admin/funkos/hello/up');
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.body, /secret/);
  assert.match(admin.logLines.join(''), /secret insides/);
});

test('backends gives the table, the requests in flight and whether it is in step', async () => {
  const backend: Backend = {
    id: 'ab12',
    name: 'faaso-a',
    funkos: ['a'],
    address: '10.0.0.2',
    port: 3000,
    state: 'ready',
    reason: null,
    fix: null,
    since: '2026-01-01T00:00:00.000Z',
    version: null,
    probe: null,
    rules: null,
    life: 'one',
  };
  admin.backends = [backend];
  const answer = JSON.parse((await admin.ask('GET', '/admin/backends')).body) as Record<string, unknown>;
  assert.deepEqual(answer['backends'], [{ ...backend, inFlight: 7 }]);
  assert.equal((answer['sync'] as { state: string }).state, 'in_step');
  assert.equal(answer['sequence'], 1);
});

test('each operation is logged with its result, and the token never', async () => {
  admin.funkos.known.set('hello', statusOf('hello'));
  await admin.ask('POST', '/admin/funkos/hello/down');
  await admin.ask('POST', '/admin/funkos/none/down');
  const log = admin.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    log.map(({ operation, funko, result }) => [operation, funko, result]),
    [
      ['down', 'hello', 'ok'],
      ['down', 'none', 'unknown_funko'],
    ],
  );
  assert.doesNotMatch(admin.logLines.join(''), new RegExp(TOKEN));
});
