import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Backend } from '../../../../src/proxy/balancing/backend.ts';
import { EjectionProbe } from '../../../../src/proxy/worker/ejection-probe.ts';
import { sampleBackend } from '../../../support/proxy/samples.ts';

const BACKEND: Backend = sampleBackend({ state: 'ready' });

test('it is asked after the time given, and again until it accepts', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const told: boolean[] = [];
  const answers = [false, true];
  const comeback = new EjectionProbe(
    (_backend, accepts) => {
      told.push(accepts);
      return accepts ? undefined : 400;
    },
    async () => Promise.resolve(answers.shift() ?? assert.fail('asked once more')),
  );
  comeback.schedule(BACKEND, 200);
  comeback.schedule(BACKEND, 200);
  mock.timers.tick(199);
  await settled();
  assert.deepEqual(told, []);
  mock.timers.tick(1);
  await settled();
  assert.deepEqual(told, [false], 'asked once, though it was put out twice');
  mock.timers.tick(400);
  await settled();
  assert.deepEqual(told, [false, true]);
  mock.timers.tick(100_000);
  await settled();
  mock.timers.reset();
});

async function settled(): Promise<void> {
  await new Promise(setImmediate);
}
