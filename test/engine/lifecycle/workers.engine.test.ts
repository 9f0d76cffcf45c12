/** Workers: programs without HTTP beside the instances of a version, with the same life. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FaasoError } from '../../../src/errors.ts';
import type { ProcessKeys } from '../../../src/funko/processes.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

const WORKS = "trap 'echo ending; exit' TERM; echo working as $GREETING; while :; do sleep 0.1; done";

/** Which version runs each container of the funko's workers: `mailer.2` → `v1`. */
async function workers(name: string): Promise<Record<string, string>> {
  const filter = `name=^/faaso\\.worker-${name}\\.`;
  const format = '{{.Names}} {{.Label "faaso.version"}} {{.State}}';
  const text = await docker('ps', '--all', '--format', format, '--filter', filter);
  const rows = text === '' ? [] : text.split('\n').sort();
  return Object.fromEntries(
    rows.map((row) => {
      const [container = '', version = '', state] = row.split(' ');
      return [container.slice(`faaso.worker-${name}.`.length), state === 'running' ? version : `${state}`];
    }),
  );
}

async function build(name: string, worker: ProcessKeys['worker'], answer = 'web'): Promise<void> {
  const env = { GREETING: answer };
  await place.build(name, { answer, env, ...(worker === undefined ? {} : { settings: { worker } }) });
}

async function up(name: string, version?: string): Promise<readonly string[]> {
  const request = { name, steadyMs: 300, ...(version === undefined ? {} : { version }) };
  return (await place.funkos.up(request, () => undefined)).replaced;
}

/** What the funko's instances and workers wrote. */
async function lines(name: string, instance?: string): Promise<string[]> {
  const found: string[] = [];
  const request = { name, ...(instance === undefined ? {} : { instance }) };
  await place.funkos.logs(request, ({ text }) => void found.push(text));
  return found;
}

test('a worker runs beside the instance, is replaced with it, and ends its job when it is told to', async () => {
  const name = place.name('beside');
  await build(name, WORKS, 'one');
  const first = await place.funkos.up({ name, steadyMs: 300 }, () => undefined);
  assert.deepEqual(first.workers, [`faaso.worker-${name}.worker.1`]);
  assert.deepEqual(await workers(name), { 'worker.1': 'v1' });
  const again = await place.funkos.up({ name, steadyMs: 300 }, () => undefined);
  assert.equal(again.unchanged, true);
  assert.deepEqual(await lines(name), ['working as one']);
  assert.deepEqual(await lines(name, 'worker.1'), ['working as one']);
  await assert.rejects(lines(name, 'worker.9'), { code: 'not_found' });

  await build(name, { worker: { command: WORKS, scale: 2 }, other: ['sleep', 'infinity'] }, 'two');
  assert.deepEqual(await up(name), [`faaso-${name}.1`, `faaso.worker-${name}.worker.1`]);
  assert.deepEqual(await workers(name), { 'other.1': 'v2', 'worker.2': 'v2', 'worker.3': 'v2' });
  const { workers: shown = [] } = await place.funkos.show(name);
  assert.deepEqual(
    shown.map(({ worker, state, restarts }) => [worker, state, restarts]),
    [
      ['other', 'running', 0],
      ['worker', 'running', 0],
      ['worker', 'running', 0],
    ],
  );
  const scaled = await place.funkos.scale({ name, worker: 'other', count: 2, steadyMs: 0 }, () => undefined);
  assert.deepEqual(scaled.started, [`faaso.worker-${name}.other.2`]);
  const { workers: counts } = await place.funkos.scale({ name }, () => undefined);
  assert.deepEqual(counts, { other: 2, worker: 2 });
  await place.funkos.rollback({ name, steadyMs: 300 }, () => undefined);
  assert.deepEqual(await workers(name), { 'worker.4': 'v1', 'worker.5': 'v1' }, 'as many as of v2');
  await place.funkos.down(name);
  assert.deepEqual(await workers(name), {});
});

test('one that ends at once fails the deploy with its last lines; the old version and its workers go on', async () => {
  const name = place.name('ends');
  await build(name, WORKS, 'one');
  await up(name);
  const before = await docker('inspect', '--format', '{{.Id}}', `faaso.worker-${name}.worker.1`);
  await build(name, 'echo no queue; exit 7', 'two');
  await assert.rejects(up(name), (error: FaasoError) => {
    assert.equal(error.code, 'not_ready');
    assert.match(error.message, /worker\.2 was started, but .* its program ended with exit code 7\./);
    assert.match(error.message, /The new instances were removed again\.$/);
    assert.equal(error.details[0], 'no queue');
    return true;
  });
  assert.deepEqual(await workers(name), { 'worker.1': 'v1' });
  assert.equal(await docker('inspect', '--format', '{{.Id}}', `faaso.worker-${name}.worker.1`), before);
  assert.deepEqual(await place.containers(name), [`faaso-${name}.1`]);
});
