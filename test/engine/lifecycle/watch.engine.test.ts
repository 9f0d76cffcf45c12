/** A new version is watched for a while after it is ready: what takes it out of traffic then fails the roll-out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { UpEvent } from '../../../src/api/funko-api.ts';
import { docker } from '../../support/engine/docker-cli.ts';
import { LifecycleHarness, type Program } from '../../support/lifecycle/lifecycle-harness.ts';

/** Far longer than it takes to notice: no test waits for it. */
const STEADY_MS = 60_000;

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

const CHECK = {
  command: ['sh', '-c', 'test ! -e /tmp/ill || { echo no queue; exit 1; }'],
  interval: 1,
  retries: 1,
};

const FAULTS: readonly {
  readonly what: string;
  readonly settings?: Program['settings'];
  readonly harm: (instance: string) => Promise<unknown>;
  readonly message: RegExp;
}[] = [
  {
    what: 'is paused',
    harm: async (instance) => docker('pause', instance),
    message:
      /faaso-\S+ was ready, but [0-9.]+ s later it is paused\. The new instances were removed again\.$/,
  },
  {
    what: 'leaves the network',
    harm: async (instance) => docker('network', 'disconnect', place.network, instance),
    message: /later it is not on the network test-\S+-net\. The new/,
  },
  {
    what: 'becomes unhealthy',
    settings: { healthcheck: CHECK },
    harm: async (instance) => docker('exec', instance, 'touch', '/tmp/ill'),
    message: /later its health check fails\. It wrote: no queue/,
  },
];

for (const { what, settings = {}, harm, message } of FAULTS) {
  test(`a new version that ${what} soon after it was ready is taken away, and the old one goes on`, async () => {
    const name = place.name('watched');
    await place.build(name, { answer: 'good' });
    const old = await place.funkos.up({ name, steadyMs: 0 }, () => undefined);
    await place.build(name, { answer: 'bad', settings });
    const harmed: Promise<unknown>[] = [];
    const onEvent = (event: UpEvent): void => {
      if (event.type === 'ready') harmed.push(harm(event.instance));
    };
    await assert.rejects(place.funkos.up({ name, steadyMs: STEADY_MS }, onEvent), {
      code: 'not_ready',
      message,
    });
    await Promise.all(harmed);
    assert.deepEqual(await place.containers(name), [old.instance]);
    assert.equal(await place.ask(old.instance), 'good ');
  });
}
