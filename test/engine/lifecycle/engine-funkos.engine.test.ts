import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FaasoError } from '../../../src/errors.ts';
import type { UpEvent } from '../../../src/api/funko-api.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

async function up(name: string, options: { version?: string; timeoutMs?: number } = {}): Promise<UpEvent[]> {
  const events: UpEvent[] = [];
  await place.funkos.up({ name, ...options }, (event) => events.push(event));
  return events;
}

test('a funko goes through its whole life', async () => {
  const name = place.name('life');
  const built = await place.build(name, { answer: 'one', env: { GREETING: 'good morning' } });
  assert.equal(built.version, 'v1');
  assert.equal(built.seconds, Number(built.seconds.toFixed(3)));
  assert.equal(built.image, `faaso-${name}:v1`);
  assert.deepEqual(await place.tags(name), [`faaso-${name}:latest`, `faaso-${name}:v1`]);
  assert.equal((await place.funkos.show(name)).state, 'down');

  const first = await place.funkos.up({ name }, () => undefined);
  assert.deepEqual(
    { ...first },
    {
      funko: name,
      version: 'v1',
      instance: `faaso-${name}.1`,
      instances: [`faaso-${name}.1`],
      replaced: [],
      unchanged: false,
      url: null,
    },
  );
  assert.equal(await place.ask(first.instance), 'one good morning');

  const again = await place.funkos.up({ name }, () => assert.fail('nothing was to be done'));
  assert.deepEqual([again.instance, again.unchanged], [first.instance, true]);

  await place.build(name, { answer: 'two' });
  assert.equal(await place.ask(first.instance), 'one good morning');
  const events = await up(name);
  assert.deepEqual(
    events.map((event) => [event.type, event.type === 'warning' ? event.message : event.instance]),
    [
      ['starting', `faaso-${name}.2`],
      ['ready', `faaso-${name}.2`],
      ['draining', `faaso-${name}.1`],
      ['removed', `faaso-${name}.1`],
    ],
  );
  assert.equal(await place.ask(`faaso-${name}.2`), 'two ');
  assert.deepEqual(await place.containers(name), [`faaso-${name}.2`]);

  const status = await place.funkos.show(name);
  assert.deepEqual(
    [status.state, status.latest, status.versions.map(({ version }) => version)],
    ['ready', 'v2', ['v2', 'v1']],
  );
  assert.deepEqual(
    status.instances.map((instance) => [instance.name, instance.version, instance.state]),
    [[`faaso-${name}.2`, 'v2', 'ready']],
  );

  await up(name, { version: 'v1' });
  assert.equal(await place.ask(`faaso-${name}.3`), 'one good morning');

  assert.deepEqual(await place.funkos.down(name), { funko: name, removed: [`faaso-${name}.3`] });
  assert.deepEqual(await place.containers(name), []);
  assert.deepEqual(await place.funkos.down(name), { funko: name, removed: [] });

  const removed = await place.funkos.remove(name);
  assert.deepEqual(removed.images, [`faaso-${name}:latest`, `faaso-${name}:v1`, `faaso-${name}:v2`]);
  assert.deepEqual(await place.images(name), []);
  await assert.rejects(place.funkos.show(name), { code: 'unknown_funko' });
  await assert.rejects(place.funkos.remove(name), { code: 'unknown_funko' });
});

test('a version whose program crashes at its start is taken away again, with its last words, and the old one goes on', async () => {
  const name = place.name('crash');
  await place.build(name, { answer: 'good' });
  await up(name);
  await place.build(name, { crash: true });
  await assert.rejects(up(name), (error: FaasoError) => {
    assert.equal(error.code, 'not_ready');
    assert.match(error.message, /v2 did not get ready.*its program ended/);
    assert.ok(error.details.includes('boom: no database'), error.details.join('\n'));
    return true;
  });
  assert.deepEqual(await place.containers(name), [`faaso-${name}.1`]);
  assert.equal(await place.ask(`faaso-${name}.1`), 'good ');
  assert.deepEqual(place.traffic.drained.includes(`faaso-${name}.1`), false);
  await up(name, { version: 'v1' });
});

test('a version that never answers is taken away again at the deadline, which the error names', async () => {
  const name = place.name('silent');
  await place.build(name, { silent: true });
  await assert.rejects(up(name, { timeoutMs: 500 }), (error: FaasoError) => {
    assert.equal(error.code, 'not_ready');
    assert.match(error.message, /\/ping did not answer .* within 0\.5 s/);
    return true;
  });
  assert.deepEqual(await place.containers(name), []);
});

test('a version that listens elsewhere is told where it listens, and both ways to fix that', async () => {
  const name = place.name('elsewhere');
  await place.build(name, { port: 8080 });
  await assert.rejects(up(name, { timeoutMs: 500 }), {
    code: 'not_ready',
    message:
      /its program listens on port 8080, not on 3000; .*PORT, or write "port: 8080" into funko\.yml\.$/,
  });
});

test('a version whose program does not exist is taken away again, and the program is named', async () => {
  const name = place.name('nowhere');
  await place.build(name, { lines: ['ENTRYPOINT ["/no/such/program"]'] });
  await assert.rejects(up(name), (error: FaasoError) => {
    assert.equal(error.code, 'not_ready');
    assert.match(
      error.message,
      /ended with exit code 127\. The program \/no\/such\/program is not in the image/,
    );
    // The init's own words.
    assert.match(error.details.join('\n'), /exec \/no\/such\/program failed: No such file or directory/);
    return true;
  });
  assert.deepEqual(await place.containers(name), []);
});

test('an up that is cancelled before the new instance is ready takes it away again', async () => {
  const name = place.name('abort');
  await place.build(name, { silent: true });
  const cancel = new AbortController();
  place.traffic.onWait = () => {
    cancel.abort();
  };
  const starting = place.funkos.up({ name }, () => undefined, cancel.signal);
  await assert.rejects(starting, { code: 'cancelled' });
  place.traffic.onWait = () => undefined;
  assert.deepEqual(await place.containers(name), []);
});

test('an up that is cancelled when the old instance has begun to go is finished', async () => {
  const name = place.name('switch');
  await place.build(name, { answer: 'one' });
  await up(name);
  await place.build(name, { answer: 'two' });
  const cancel = new AbortController();
  const result = await place.funkos.up(
    { name },
    (event) => {
      if (event.type === 'draining') cancel.abort();
    },
    cancel.signal,
  );
  assert.deepEqual(result.replaced, [`faaso-${name}.1`]);
  assert.deepEqual(await place.containers(name), [`faaso-${name}.2`]);
});

test('the old instance is stopped only when it is drained', async () => {
  const name = place.name('drain');
  await place.build(name, { answer: 'one' });
  await up(name);
  await place.build(name, { answer: 'two' });
  const drained = Promise.withResolvers<undefined>();
  const draining = Promise.withResolvers<undefined>();
  place.traffic.drains = drained.promise;
  const done = place.funkos.up({ name }, (event) => {
    if (event.type === 'draining') draining.resolve(undefined);
  });
  await draining.promise;
  assert.equal(await place.ask(`faaso-${name}.1`), 'one ');
  drained.resolve(undefined);
  await done;
  place.traffic.drains = Promise.resolve();
  assert.deepEqual(await place.containers(name), [`faaso-${name}.2`]);
});

test('work on one funko waits for what was asked for before', async () => {
  const name = place.name('order');
  await place.build(name, { answer: 'one' });
  const starting = place.funkos.up({ name }, () => undefined);
  const stopping = place.funkos.down(name);
  assert.equal((await starting).instance, `faaso-${name}.1`);
  assert.deepEqual((await stopping).removed, [`faaso-${name}.1`]);
});

test('a funko is started and stopped while its next version is built', async () => {
  const name = place.name('meanwhile');
  await place.build(name, { answer: 'one' });
  const [cancel, begun] = [new AbortController(), Promise.withResolvers<undefined>()];
  const building = place.build(
    name,
    { lines: ['RUN echo building && sleep 300'] },
    (event) => {
      if (event.type === 'log' && event.text.includes('building')) begun.resolve(undefined);
    },
    cancel.signal,
  );
  const cancelled = assert.rejects(building, { code: 'cancelled' });
  try {
    await Promise.race([begun.promise, building]);
    assert.equal((await place.funkos.up({ name }, () => undefined)).version, 'v1');
    assert.deepEqual((await place.funkos.down(name)).removed, [`faaso-${name}.1`]);
  } finally {
    cancel.abort();
    await cancelled;
  }
});

test('a funko that is removed while its next version is built has that version alone, and whole', async () => {
  const name = place.name('removed');
  await place.build(name, { answer: 'one' });
  await place.funkos.up({ name }, () => undefined);
  const begun = Promise.withResolvers<undefined>();
  const program = { answer: 'two', lines: [`RUN : ${name}; echo building && sleep 1`] };
  const building = place.build(name, program, (event) => {
    if (event.type === 'log' && event.text.includes('building')) begun.resolve(undefined);
  });
  await Promise.race([begun.promise, building]);
  const removed = await place.funkos.remove(name);
  assert.deepEqual([removed.removed, removed.kept], [[`faaso-${name}.1`], []]);
  assert.deepEqual(await place.containers(name), []);
  const { version } = await building;
  assert.deepEqual(await place.tags(name), [`faaso-${name}:${version}`, `faaso-${name}:latest`].sort());
  assert.equal((await place.images(name)).length, 1);
  assert.equal(await place.ask((await place.funkos.up({ name }, () => undefined)).instance), 'two ');
});
