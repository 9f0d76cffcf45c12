/** The release command of a new version: once, before its first instance, and the old version goes on if it fails. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FaasoError } from '../../../src/errors.ts';
import { EngineFunkos } from '../../../src/lifecycle/engine-funkos.ts';
import type { UpEvent } from '../../../src/api/funko-api.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

/** Counts its runs in a volume, and says with which environment. */
const COUNT = "echo migrating $GREETING && echo run >> /data/runs && cat /data/runs | tr '\\n' ' '";
const VOLUMES = { data: '/data' };

async function up(name: string, version?: string, signal?: AbortSignal): Promise<UpEvent[]> {
  const events: UpEvent[] = [];
  const request = { name, steadyMs: 0, ...(version === undefined ? {} : { version }) };
  await place.funkos.up(request, (event) => events.push(event), signal);
  return events;
}

function said(events: readonly UpEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
}

function typesOf(events: readonly UpEvent[]): string[] {
  return [...new Set(events.map(({ type }) => type))];
}

/** The containers of release commands of a funko. */
async function releases(name: string): Promise<string> {
  return docker('ps', '--all', '--format', '{{.Names}}', '--filter', `name=^/faaso.release-${name}$`);
}

test('it runs once for a new version, before the first instance, and never again', async () => {
  const name = place.name('once');
  const env = { GREETING: 'here' };
  await place.build(name, { answer: 'one', env, settings: { release: COUNT, volumes: VOLUMES } });
  const dry = await place.funkos.up({ name, dryRun: true }, () => undefined);
  assert.equal(dry.released, true);
  const first = await up(name);
  assert.deepEqual(said(first), ['migrating here', 'run ']);
  assert.deepEqual(typesOf(first), ['releasing', 'log', 'released', 'starting', 'ready']);
  assert.equal(await releases(name), '');

  await place.funkos.restart({ name, steadyMs: 0 }, () => undefined);
  await place.funkos.env({ name, set: { GREETING: 'there' } });
  assert.deepEqual(said(await up(name)), ['migrating there', 'run run ']);
  assert.deepEqual(said(await up(name, 'v1')), []);
});

test('one that fails ends the deploy with what it wrote, the old version goes on, and the next deploy runs it again', async () => {
  const name = place.name('fails');
  await place.build(name, { answer: 'one' });
  await up(name);
  const before = await docker('inspect', '--format', '{{.Id}}', `faaso-${name}.1`);
  await place.build(name, { answer: 'two', settings: { release: 'echo no table >&2; exit 4' } });
  for (let attempt = 1; attempt <= 2; attempt += 1)
    await assert.rejects(up(name), (error: FaasoError) => {
      assert.equal(error.code, 'release_failed');
      assert.match(error.message, /v2 ended with exit code 4: echo no table .* v2 was not started\.$/);
      assert.deepEqual(error.details, ['no table']);
      return true;
    });
  assert.equal(await docker('inspect', '--format', '{{.Id}}', `faaso-${name}.1`), before);
  assert.deepEqual(await place.containers(name), [`faaso-${name}.1`]);
  assert.equal(await releases(name), '');
  const { instances, state } = await place.funkos.show(name);
  assert.deepEqual([instances.length, state], [1, 'ready']);
});

test('a program that is not there and one that takes too long fail too, and say what fixes it', async () => {
  const name = place.name('late');
  await place.build(name, { answer: 'one', settings: { release: ['no-such-program', 'x'] } });
  await assert.rejects(up(name), {
    code: 'release_failed',
    message: /ended with exit code 127 \(a program was not found\): no-such-program x\. /,
  });
  await place.build(name, { answer: 'one', settings: { release: 'true', user: 'nobody-here' } });
  await assert.rejects(up(name), { code: 'release_failed', message: /could not be started \(.*nobody-here/ });
  const settings = { release: 'echo slow; sleep 60', timeouts: { release: 0.5 } };
  await place.build(name, { answer: 'one', settings });
  await assert.rejects(up(name), (error: FaasoError) => {
    assert.match(error.message, /took longer than 0\.5 s \(timeouts\.release\): echo slow/);
    assert.deepEqual(error.details, ['slow']);
    return true;
  });
  assert.equal(await releases(name), '');
});

test('Ctrl-C stops it; what a killed process left of it is removed by recovery and by the next deploy', async () => {
  const name = place.name('cut');
  const release = "trap 'exit 1' TERM; echo begun; sleep 60 & wait";
  await place.build(name, { answer: 'one', settings: { release } });
  const over = new AbortController();
  const events: UpEvent[] = [];
  const raising = place.funkos.up(
    { name },
    (event) => {
      events.push(event);
      if (event.type === 'log') over.abort();
    },
    over.signal,
  );
  await assert.rejects(raising, { code: 'cancelled' });
  assert.deepEqual(said(events), ['begun']);
  assert.equal(await releases(name), '');

  const left = ['--detach', '--init', '--name', `faaso.release-${name}`, '--network', place.network];
  await docker('run', ...left, `faaso-${name}:v1`, 'sleep', '60');
  const { engine, network, traffic } = place;
  const done: unknown[] = [];
  await new EngineFunkos({ engine, network, traffic, kind: 'server' }).settle((funko, outcome) => {
    if (funko === name) done.push(outcome);
  });
  assert.deepEqual(done, [{ funko: name, started: [], removed: [`faaso.release-${name}`] }]);
  assert.equal(await releases(name), '');

  await docker('run', ...left, `faaso-${name}:v1`, 'sleep', '60');
  await place.build(name, { answer: 'two' });
  await up(name);
  assert.equal(await releases(name), '');
});
