import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConcurrencyLimiter } from '../../../../../src/proxy/parent/workers/concurrency-limiter.ts';

const LIMIT = { requests: 2, queue: 2 };

/** Gates, and what they answered: `0:1 in`, `1:2 out`. */
function gatesUnderTest(): { gates: ConcurrencyLimiter; answers: string[] } {
  const answers: string[] = [];
  const gates = new ConcurrencyLimiter(({ worker, ticket }, admitted) => {
    answers.push(`${worker}:${ticket} ${admitted ? 'in' : 'out'}`);
  });
  return { gates, answers };
}

test('requests are counted over all workers; who waits comes in by order, not by worker', () => {
  const { gates, answers } = gatesUnderTest();
  gates.enter({ worker: 0, ticket: 1 }, 'a', LIMIT);
  gates.enter({ worker: 1, ticket: 1 }, 'a', LIMIT);
  gates.enter({ worker: 1, ticket: 2 }, 'a', LIMIT);
  gates.enter({ worker: 0, ticket: 2 }, 'a', LIMIT);
  gates.enter({ worker: 0, ticket: 3 }, 'a', LIMIT);
  assert.deepEqual(answers, ['0:1 in', '1:1 in', '0:3 out']);
  gates.leave({ worker: 0, ticket: 1 }, 'a');
  gates.leave({ worker: 1, ticket: 1 }, 'a');
  assert.deepEqual(answers.slice(3), ['1:2 in', '0:2 in']);
});

test('funkos do not wait for one another', () => {
  const { gates, answers } = gatesUnderTest();
  gates.enter({ worker: 0, ticket: 1 }, 'a', { requests: 1, queue: 0 });
  gates.enter({ worker: 0, ticket: 2 }, 'b', { requests: 1, queue: 0 });
  assert.deepEqual(answers, ['0:1 in', '0:2 in']);
});

test('the places of a worker that died are given to others', () => {
  const { gates, answers } = gatesUnderTest();
  for (const ticket of [1, 2, 3]) gates.enter({ worker: 0, ticket }, 'a', LIMIT);
  gates.enter({ worker: 1, ticket: 1 }, 'a', LIMIT);
  gates.forget(0);
  assert.deepEqual(answers, ['0:1 in', '0:2 in', '1:1 in']);
  assert.equal(gates.waitingFor('a'), 0);
});

test('a new limit holds from the next request on', () => {
  const { gates, answers } = gatesUnderTest();
  for (const ticket of [1, 2, 3, 4]) gates.enter({ worker: 0, ticket }, 'a', LIMIT);
  gates.enter({ worker: 0, ticket: 5 }, 'a', { requests: 5, queue: 0 });
  assert.deepEqual(answers, ['0:1 in', '0:2 in', '0:3 in', '0:4 in', '0:5 in']);
});

test('one that leaves the queue takes no place', () => {
  const { gates, answers } = gatesUnderTest();
  for (const ticket of [1, 2, 3]) gates.enter({ worker: 0, ticket }, 'a', { requests: 1, queue: 2 });
  gates.leave({ worker: 0, ticket: 2 }, 'a');
  gates.leave({ worker: 0, ticket: 1 }, 'a');
  assert.deepEqual(answers, ['0:1 in', '0:3 in']);
});

test('a worker that asks without end for names it invents fills no memory', () => {
  let refused = 0;
  const gates = new ConcurrencyLimiter((_ticket, admitted) => {
    if (!admitted) refused += 1;
  }, 10);
  for (let ticket = 1; ticket <= 15; ticket += 1)
    gates.enter({ worker: 0, ticket }, `invented-${ticket}`, LIMIT);
  assert.equal(refused, 5);
  gates.leave({ worker: 0, ticket: 1 }, 'invented-1');
  gates.enter({ worker: 1, ticket: 1 }, 'a', LIMIT);
  gates.forget(0);
  for (let ticket = 2; ticket <= 10; ticket += 1)
    gates.enter({ worker: 1, ticket }, 'b', { requests: 9, queue: 0 });
  assert.equal(refused, 5, 'what has left, or died, is counted no more');
});
