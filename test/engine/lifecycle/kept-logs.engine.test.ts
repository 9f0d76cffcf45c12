import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FaasoError } from '../../../src/errors.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { FunkoApi, LogLine, LogsRequest, LogsResult } from '../../../src/api/funko-api.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
let funkos: FunkoApi;
let folder: string;
before(async () => {
  place = await LifecycleHarness.open();
  folder = await mkdtemp(join(tmpdir(), 'faaso-logs-'));
  const { engine, network, traffic } = place;
  funkos = new EngineFunkos({ engine, network, traffic, kind: 'server', logs: folder });
});
after(async () => {
  await place[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function told(request: LogsRequest): Promise<LogsResult & { texts: string[] }> {
  const lines: LogLine[] = [];
  const result = await funkos.logs(request, (line) => void lines.push(line));
  return { ...result, texts: lines.map(({ text }) => text) };
}

test('what an instance wrote that never got ready is kept, and both ends of it are shown', async () => {
  const name = place.name('never');
  const says = `'); for (let n = 1; n <= 5000; n += 1) console.log('line ' + n); process.exit(3); ('`;
  await place.build(name, { answer: 'x', says });
  const failure = await funkos.up({ name, logTail: 2 }, () => undefined).catch((error: unknown) => error);
  assert.ok(failure instanceof FaasoError && failure.code === 'not_ready');
  assert.deepEqual(failure.details.slice(0, 2), ['line 1', 'line 2']);
  assert.match(failure.details.at(-3) ?? '', /^… \d+ lines left out$/);
  assert.match(failure.details.at(-1) ?? '', /^line \d+$/);
  const now = await told({ name });
  assert.equal(now.instances, 0);
  assert.match(now.previous[0]?.reason ?? '', /^did not get ready: .*exit code 3/);
  const { previous, texts } = await told({ name, previous: true, tail: 100_000 });
  assert.deepEqual(previous, now.previous);
  assert.equal(texts.filter((text) => text === 'line 1').length > 0, true);
  assert.ok(texts.includes('line 5000'));
  await assert.rejects(told({ name, previous: true, instance: '7' }), {
    code: 'not_found',
    message: /Kept are: faaso-/,
  });
});

test('replaced instances are kept and those taken down, the last ten; remove forgets them', async () => {
  const name = place.name('kept');
  await place.build(name, { answer: 'one', says: 'first', scale: 4 });
  await funkos.up({ name, steadyMs: 0 }, () => undefined);
  await place.build(name, { answer: 'two', says: 'second', scale: 2 });
  await funkos.up({ name, steadyMs: 0 }, () => undefined);
  assert.deepEqual((await told({ name, previous: true })).texts, ['first', 'first', 'first', 'first']);
  // A draft of a process that was killed, and a file that is none of ours.
  await writeFile(join(folder, name, '.2020-01-01T00-00-00.000Z-dead'), 'half');
  await writeFile(join(folder, name, '2020-01-01T00-00-00.000Z-dead.ndjson'), '{"half');
  const older = { instance: 'older', version: 'v1', removedAt: '', reason: 'went', leftOut: 0 };
  for (let second = 10; second < 15; second += 1)
    await writeFile(join(folder, name, `2021-01-01T00-00-${second}.000Z-dead.ndjson`), JSON.stringify(older));
  await funkos.down(name);
  const { previous, texts } = await told({ name, previous: true });
  assert.deepEqual(texts, ['first', 'first', 'first', 'first', 'second', 'second']);
  assert.equal(previous.filter(({ instance }) => instance === 'older').length, 4);
  assert.equal(previous.at(-1)?.reason, 'was taken out of service');
  const files = await readdir(join(folder, name));
  assert.equal(files.length, 10);
  const written = files.filter((file) => !file.startsWith('2021'));
  for (const file of written) assert.equal((await stat(join(folder, name, file))).mode & 0o777, 0o600);
  await funkos.remove(name);
  assert.ok(!(await readdir(folder)).includes(name));
  await assert.rejects(told({ name, previous: true }), { code: 'unknown_funko' });
});
