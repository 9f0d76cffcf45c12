import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { digestOf } from '../../../src/builder/tar/digest.ts';
import { withoutManifest } from '../../../src/builder/tar/without-manifest.ts';
import type { FaasoError } from '../../../src/errors.ts';
import type { BuildRequest, UpEvent } from '../../../src/api/funko-api.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { contextOf, LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

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

test('the instance that FaaSO starts has its labels, its alias and safe defaults', async () => {
  const name = place.name('safe');
  const dockerfile = ['LABEL faaso.funko=other faaso.version=v9 faaso.health=/evil faaso.manifest={}'];
  await place.build(name, { answer: 'x', lines: dockerfile, env: { GREETING: 'a "b" = c' } });
  await up(name);
  const [inspected] = JSON.parse(await docker('inspect', `faaso-${name}.1`)) as [
    {
      Config: { Labels: Record<string, string> };
      HostConfig: { CapDrop: string[]; SecurityOpt: string[]; PortBindings: object };
      NetworkSettings: { Networks: Record<string, { Aliases: string[] }> };
    },
  ];
  const { Labels } = inspected.Config;
  assert.equal(Labels['faaso.funko'], name);
  assert.equal(Labels['faaso.version'], 'v1');
  assert.equal(Labels['faaso.health'], '/ping');
  assert.deepEqual((JSON.parse(Labels['faaso.manifest'] ?? '') as { env: object }).env, {
    GREETING: 'a "b" = c',
  });
  assert.ok(inspected.NetworkSettings.Networks[place.network]?.Aliases.includes(`faaso-${name}`));
  assert.deepEqual(Object.keys(inspected.NetworkSettings.Networks), [place.network]);
  assert.deepEqual(inspected.HostConfig.CapDrop, ['ALL']);
  assert.deepEqual(inspected.HostConfig.SecurityOpt, ['no-new-privileges']);
  assert.equal(await place.ask(`faaso-${name}.1`), 'x a "b" = c');
});

test('a build that fails leaves nothing behind, and what runs goes on', async () => {
  const name = place.name('fails');
  await place.build(name, { answer: 'good' });
  await up(name);
  const before = [await place.tags(name), await place.images(name)];
  await assert.rejects(
    place.build(name, { answer: 'x', lines: ['RUN echo sorry, no && exit 7'] }),
    (error: FaasoError) => {
      assert.equal(error.code, 'build_failed');
      assert.match(`${error.message}\n${error.details.join('\n')}`, /sorry, no/);
      assert.match(error.message, /exit code: 7/);
      return true;
    },
  );
  assert.deepEqual([await place.tags(name), await place.images(name)], before);
  assert.equal(await place.ask(`faaso-${name}.1`), 'good ');
  assert.equal((await place.build(name, { answer: 'better' })).version, 'v2');
});

test('a build that is cancelled leaves nothing behind', async () => {
  const name = place.name('cancel');
  const cancel = new AbortController();
  const building = place.build(
    name,
    { lines: ['RUN echo building && sleep 300'] },
    (event) => {
      if (event.type === 'log' && event.text.includes('building')) cancel.abort();
    },
    cancel.signal,
  );
  await assert.rejects(building, { code: 'cancelled' });
  assert.deepEqual(await place.images(name), []);
});

test('an unknown version or name is an error that says what there is', async () => {
  const name = place.name('known');
  await place.build(name, { answer: 'one' });
  await assert.rejects(up(name, { version: 'v2' }), { code: 'unknown_version', message: /There are: v1\./ });
  await assert.rejects(place.funkos.show(`${name}x`), {
    code: 'unknown_funko',
    message: new RegExp(`Did you mean "${name}"`),
  });
  await assert.rejects(up('Bad_Name'), { code: 'bad_name' });
});

test('a build that finds no room waits and says behind whom; one of the same content does not wait', async () => {
  await using narrow = await LifecycleHarness.open({ atOnce: 1 });
  const [one, two, same] = [narrow.name('queue'), narrow.name('queue'), narrow.name('same')];
  const plain = await contextOf(same, {});
  const content = await digestOf(withoutManifest(plain.context), plain);
  const ofSame = async (): Promise<BuildRequest> => ({ ...(await contextOf(same, {})), content });
  await narrow.funkos.build(await ofSame(), () => undefined);
  const events: string[] = [];
  const started = Promise.withResolvers<undefined>();
  const first = narrow.build(one, { lines: [`RUN echo ${one}; sleep 1`] }, ({ type }) => {
    events.push('first');
    if (type === 'log') started.resolve(undefined);
  });
  await started.promise;
  const second = narrow.funkos.build(await contextOf(two, {}), (event) =>
    events.push(
      event.type === 'queued' ? `number ${event.position} behind ${event.behind?.join()}` : 'second',
    ),
  );
  const unchanged = narrow.funkos.build(await ofSame(), () => events.push('same'));
  assert.equal((await unchanged).unchanged, true);
  assert.ok(!events.includes('second') && !events.includes('same'), events.join('\n'));
  await Promise.all([first, second]);
  assert.ok(events.includes(`number 1 behind ${one}`), events.join('\n'));
  assert.ok(events.lastIndexOf('first') < events.indexOf('second'));
});
