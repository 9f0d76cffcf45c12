/** How a new version ended is told, however soon Docker has started it again. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LifecycleHarness } from '../../support/lifecycle/lifecycle-harness.ts';

/** Side by side, so that the engine is busy and starts them again while they are looked at. */
const AT_A_TIME = 3;
const ROUNDS = 2;

let place: LifecycleHarness;
before(async () => {
  place = await LifecycleHarness.open();
});
after(async () => place[Symbol.asyncDispose]());

/** Ends with the next exit code at each start. */
const COUNTER = 'n=$(cat /tmp/n 2>/dev/null || echo 4); echo $((n + 1)) > /tmp/n; exit $((n + 1))';
const HOG = 'const all = []; setInterval(() => all.push(Buffer.alloc(8e6, 1)), 1);';

for (const { what, entrypoint, settings, message } of [
  {
    what: 'the exit code of its first run',
    entrypoint: ['sh', '-c', COUNTER],
    settings: {},
    message: /its program ended with exit code 5\.$/,
  },
  {
    what: 'the memory limit that it met',
    entrypoint: ['node', '-e', HOG],
    settings: { resources: { memory: '32 MiB' as const } },
    message: /was killed: it took more than its memory limit of 32 MiB; raise resources\.memory\.$/,
  },
]) {
  test(`an instance that ends again and again is told with ${what}`, async () => {
    const lines = [`ENTRYPOINT ${JSON.stringify(entrypoint)}`];
    const names = Array.from({ length: AT_A_TIME }, () => place.name('ends'));
    for (const name of names) await place.build(name, { lines, settings });
    for (let round = 1; round <= ROUNDS; round += 1) {
      await Promise.all(
        names.map(async (name) =>
          assert.rejects(
            place.funkos.up({ name }, () => undefined),
            { code: 'not_ready', message },
          ),
        ),
      );
    }
  });
}
