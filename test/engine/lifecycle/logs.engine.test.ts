import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LogLine, LogsRequest } from '../../../src/api/funko-api.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { poll } from '../../support/engine/wait.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

async function lines(request: LogsRequest): Promise<LogLine[]> {
  const all: LogLine[] = [];
  await place.funkos.logs(request, (line) => void all.push(line));
  return all;
}

function texts(all: readonly LogLine[]): string[] {
  return all.map(({ text }) => text);
}

test('what all instances wrote is told as one, by time, or of one of them', async () => {
  const name = place.name('logs');
  await place.build(name, { answer: 'one', says: 'good morning', scale: 2 });
  await place.funkos.up({ name }, () => undefined);
  const all = await lines({ name });
  assert.deepEqual(texts(all), ['good morning', 'good morning']);
  assert.deepEqual(
    all.map(({ instance }) => instance),
    [`faaso-${name}.1`, `faaso-${name}.2`],
  );
  assert.deepEqual(all.map(({ version, stream }) => [version, stream])[0], ['v1', 'stdout']);
  assert.ok((all[0]?.time ?? '') < (all[1]?.time ?? ''));
  assert.equal((await lines({ name, tail: 1 }))[0]?.instance, `faaso-${name}.2`);
  assert.equal((await lines({ name, instance: '1' })).length, 1);
  assert.deepEqual(await lines({ name, since: new Date(Date.now() + 1000).toISOString() }), []);
  await assert.rejects(lines({ name, instance: '7' }), { code: 'not_found', message: /There are: faaso-/ });
  await assert.rejects(lines({ name: `${name}-none` }), { code: 'unknown_funko' });
});

test('a funko that is followed is followed to its new version, each line once', async () => {
  const name = place.name('follow');
  await place.build(name, { answer: 'one', says: 'first' });
  await place.funkos.up({ name }, () => undefined);
  const told: LogLine[] = [];
  const over = new AbortController();
  const following = place.funkos.logs({ name, follow: true }, (line) => void told.push(line), over.signal);
  const ended = assert.rejects(following, { code: 'cancelled' });
  try {
    await place.build(name, { answer: 'two', says: 'second' });
    const { instance } = await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
    await poll(
      'the lines',
      async () => Promise.resolve(texts(told)),
      (all) => all.includes('second'),
    );
    await place.ask(instance);
    await poll(
      'the lines',
      async () => Promise.resolve(texts(told)),
      (all) => all.includes('asked'),
    );
  } finally {
    over.abort();
    await ended;
  }
  assert.deepEqual(texts(told.filter(({ text }) => text !== 'asked')), ['first', 'second']);
});

/** Each line put together from its pieces. */
function whole(all: readonly LogLine[]): string[] {
  return all
    .map(({ text, partial }) => (partial === true ? text : `${text}\n`))
    .join('')
    .split('\n')
    .slice(0, -1);
}

test('a line of any length is what the program wrote, from what is there and while it is followed', async () => {
  const name = place.name('long');
  // Written at the start, and once more at each SIGHUP.
  const says = `' + 'x'.repeat(40002) + '\\nshort');
    process.on('SIGHUP', () => process.stdout.write('y'.repeat(200000) + '\\nend\\n')); ('`;
  await place.build(name, { answer: 'one', says });
  const { instance } = await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
  assert.deepEqual(whole(await lines({ name })), ['x'.repeat(40_002), 'short']);
  assert.deepEqual(whole(await lines({ name, tail: 2 })), ['x'.repeat(40_002), 'short']);
  assert.deepEqual(whole(await lines({ name, tail: 1 })), ['short']);
  const told: LogLine[] = [];
  const over = new AbortController();
  const following = place.funkos.logs(
    { name, follow: true, tail: 1 },
    (line) => void told.push(line),
    over.signal,
  );
  const ended = assert.rejects(following, { code: 'cancelled' });
  await poll(
    'the first line',
    async () => Promise.resolve(texts(told)),
    (all) => all.includes('short'),
  );
  await docker('kill', '--signal', 'HUP', instance);
  await poll(
    'the long line',
    async () => Promise.resolve(texts(told)),
    (all) => all.includes('end'),
  );
  over.abort();
  await ended;
  assert.deepEqual(whole(told), ['short', 'y'.repeat(200_000), 'end']);
  assert.deepEqual(whole(await lines({ name, tail: 2 })), ['y'.repeat(200_000), 'end']);
});
