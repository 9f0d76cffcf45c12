import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { ConcurrencyClient } from '../../../../src/proxy/worker/concurrency-client.ts';

const LIMIT = { requests: 1, queue: 1, waitMs: 1000 };

/** Admissions with all that they tell the parent, and what their requests hear. */
function admissionsUnderTest(): {
  admissions: ConcurrencyClient;
  told: string[];
  heard: string[];
  enter: () => () => void;
} {
  const told: string[] = [];
  const heard: string[] = [];
  const admissions = new ConcurrencyClient((message) => {
    told.push(`${message.type} ${'ticket' in message ? message.ticket : ''}`);
  });
  const waiter = {
    admitted: (): void => void heard.push('admitted'),
    refused: (why: string): void => void heard.push(why),
  };
  const enter = (): (() => void) => {
    const stay = admissions.enter('a', LIMIT, waiter);
    return () => {
      stay.leave();
    };
  };
  return { admissions, told, heard, enter };
}

test('a request that was let in gives its place back, once', () => {
  const { admissions, told, heard, enter } = admissionsUnderTest();
  const leave = enter();
  admissions.answered(1, true);
  leave();
  leave();
  assert.deepEqual(heard, ['admitted']);
  assert.deepEqual(told, ['enter 1', 'leave 1']);
});

test('a request that was refused has no place to give back', () => {
  const { admissions, told, heard, enter } = admissionsUnderTest();
  const leave = enter();
  admissions.answered(1, false);
  leave();
  assert.deepEqual(heard, ['full']);
  assert.deepEqual(told, ['enter 1']);
});

test('one that has waited as long as it may leaves the queue, and what the parent says then is not heard', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { admissions, told, heard, enter } = admissionsUnderTest();
  const leave = enter();
  mock.timers.tick(1000);
  admissions.answered(1, true);
  leave();
  mock.timers.reset();
  assert.deepEqual(heard, ['late']);
  assert.deepEqual(told, ['enter 1', 'leave 1']);
});

test('more than could be let in or wait are refused here, and the parent is not asked', () => {
  const { told, heard, enter } = admissionsUnderTest();
  for (let request = 1; request <= 3; request += 1) enter();
  assert.deepEqual(heard, ['full']);
  assert.deepEqual(told, ['enter 1', 'enter 2']);
});
