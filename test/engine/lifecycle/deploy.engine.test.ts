/** The lifecycle through the whole product: client, worker, parent, engine. No request is lost on the way. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import type { FaasoError } from '../../../src/errors.ts';
import { ServerFunkos } from '../../../src/client/server-funkos.ts';
import type { FunkoApi, UpResult } from '../../../src/api/funko-api.ts';
import { startProxyHarness, type ProxyHarness } from '../../support/engine/proxy-harness.ts';
import { poll } from '../../support/engine/wait.ts';
import { contextOf, imagesOf, type Program } from '../../support/lifecycle/lifecycle-harness.ts';

let stand: ProxyHarness;
let funkos: FunkoApi;
before(async () => {
  stand = await startProxyHarness();
  funkos = new ServerFunkos({ url: stand.url, token: stand.token });
});
after(async () => stand[Symbol.asyncDispose]());

async function build(name: string, program: Program): Promise<void> {
  await funkos.build(await contextOf(name, program), () => undefined);
}

async function up(name: string): Promise<UpResult> {
  return funkos.up({ name }, () => undefined);
}

async function answer(name: string): Promise<string> {
  const response = await stand.fetch(`/funko/${name}/`);
  return `${response.status} ${await response.text()}`;
}

test('under load a new version takes over without a lost request, and back', async () => {
  const name = stand.name('load');
  await build(name, { answer: 'one' });
  await up(name);
  await build(name, { answer: 'two' });
  const answers = new Map<string, number>();
  let over = false;
  const client = async (): Promise<void> => {
    while (!over) {
      const given = await answer(name);
      answers.set(given, (answers.get(given) ?? 0) + 1);
    }
  };
  const clients = Array.from({ length: 8 }, client);
  for (const version of ['v2', 'v1', 'v2']) await funkos.up({ name, version }, () => undefined);
  assert.equal(await answer(name), '200 two ');
  over = true;
  await Promise.all(clients);
  assert.deepEqual([...answers.keys()].sort(), ['200 one ', '200 two ']);
});

test('a request that is in flight to the old version is finished by it', async () => {
  const name = stand.name('flight');
  await build(name, { answer: 'one' });
  await up(name);
  await build(name, { answer: 'two' });
  const upload = request(`${stand.url}/funko/${name}/`, { method: 'POST' });
  upload.write('the beginning');
  const [response] = (await once(upload, 'response')) as [IncomingMessage];
  const chunks: string[] = [];
  response.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  const ended = once(response, 'end');
  const result = await funkos.up({ name }, (event) => {
    if (event.type === 'draining') upload.end('the end');
  });
  await ended;
  assert.equal(chunks.join(''), 'one ');
  assert.deepEqual(result.replaced, [`faaso-${name}.1`]);
  assert.equal(await answer(name), '200 two ');
});

test('a version that crashes at its start is never routed to', async () => {
  const name = stand.name('crash');
  await build(name, { answer: 'good' });
  await up(name);
  await build(name, { crash: true });
  await assert.rejects(up(name), (error: FaasoError) => {
    assert.equal(error.code, 'not_ready');
    // Docker may have restarted it already.
    assert.deepEqual([...new Set(error.details)], ['boom: no database']);
    return true;
  });
  assert.equal(await answer(name), '200 good ');
  // The engine's list may still show for a moment what it has removed.
  const names = async (): Promise<string[]> => (await funkos.show(name)).instances.map((one) => one.name);
  await poll('what there is', names, (all) => all.join() === `faaso-${name}.1`);
});

test('a version whose health check always fails gets no request, and the old one goes on', async () => {
  const name = stand.name('ill');
  await build(name, { answer: 'good' });
  await up(name);
  const manifest = Buffer.from(`name: ${name}\nhealthcheck: { command: ["false"] }\n`);
  await build(name, { answer: 'bad', files: { 'funko.yml': manifest } });
  const starting = funkos.up({ name, timeoutMs: 2500 }, () => undefined);
  const answers = new Set<string>();
  const outcome = starting.then(
    () => 'up',
    (error: unknown) => error,
  );
  for (let over = false; !over;) {
    answers.add(await answer(name));
    over = (await Promise.race([outcome, Promise.resolve('pending')])) !== 'pending';
  }
  await assert.rejects(starting, { code: 'not_ready', message: /health check \(false\) did not succeed/ });
  assert.deepEqual([...answers], ['200 good ']);
});

test('of a version whose health path answers 404 that is told', async () => {
  const name = stand.name('lost');
  await build(name, { status: 404 });
  await assert.rejects(
    funkos.up({ name, timeoutMs: 2000 }, () => undefined),
    { code: 'not_ready', message: /GET \/ping on port 3000 is answered with 404; healthcheck\.path/ },
  );
});

test('a client that goes away cancels its build, and the next one is not kept waiting', async () => {
  const name = stand.name('gone');
  const cancel = new AbortController();
  const building = funkos.build(
    await contextOf(name, { lines: ['RUN echo building && sleep 300'] }),
    (event) => {
      if (event.type === 'log' && event.text.includes('building')) cancel.abort();
    },
    cancel.signal,
  );
  await assert.rejects(building, { code: 'cancelled' });
  await build(name, { answer: 'next' });
  assert.deepEqual((await funkos.show(name)).versions.length, 1);
  assert.equal((await imagesOf(name)).length, 1);
});

test('a wrong token is told in the middle of an upload, through the proxy too', async () => {
  const stranger = new ServerFunkos({ url: stand.url, token: 'wrong' });
  const big = Buffer.alloc(16 * 1024 * 1024);
  for (let time = 0; time < 5; time += 1) {
    const context = await contextOf(stand.name('stranger'), { files: { big } });
    await assert.rejects(
      stranger.build(context, () => undefined),
      { code: 'unauthorized' },
    );
  }
});

test('an up that is asked for twice at once ends with one instance', async () => {
  const name = stand.name('twice');
  await build(name, { answer: 'one' });
  const [first, second] = await Promise.all([up(name), up(name)]);
  assert.deepEqual([first.unchanged, second.unchanged].sort(), [false, true]);
  assert.equal(first.instance, second.instance);
});
