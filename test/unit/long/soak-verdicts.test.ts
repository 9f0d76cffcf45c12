import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessSample, Sample } from '../../../bench/soak/samples.ts';
import { markdownOf, slopeOf, verdictsOf, type Report } from '../../../bench/soak/verdicts.ts';

const SECONDS = 1200;

function worker(more: Partial<ProcessSample> = {}): ProcessSample {
  return { process: 'worker 1', pid: 7, pssMiB: 60, heapMiB: 12, sockets: 2, files: 20, ...more };
}

/** A sample every five seconds. */
function samplesOf(at: (seconds: number) => Partial<ProcessSample>): Sample[] {
  return Array.from({ length: SECONDS / 5 }, (_, index) => {
    const seconds = (index + 1) * 5;
    return { at: seconds, processes: [worker(at(seconds))] };
  });
}

function report(more: Partial<Report> = {}): Report {
  return {
    seconds: SECONDS,
    counts: new Map([['small GET', { asked: 10, right: 9, inevitable: 1, unexpected: 0 }]]),
    left: 0,
    changes: new Map([['deploy', 2]]),
    samples: samplesOf(() => ({})),
    before: [worker()],
    after: [worker()],
    inFlight: 0,
    ...more,
  };
}

function missed(more: Partial<Report>): string[] {
  return verdictsOf(report(more))
    .filter(({ met }) => met === false)
    .map(({ aim }) => aim);
}

test('growth in the warm-up, spikes and garbage are no leak', () => {
  const samples = samplesOf((seconds) => ({
    pssMiB: Math.min(60, 30 + seconds / 5) + (seconds % 100 === 0 ? 25 : 0),
    heapMiB: 12 + (seconds % 50) / 10,
  }));
  assert.deepEqual(missed({ samples }), []);
});

test('a leak of 1 MiB in three minutes is seen, in PSS and in the heap below its garbage', () => {
  const samples = samplesOf((seconds) => ({
    pssMiB: 60 + seconds / 180,
    heapMiB: 12 + seconds / 180 + (seconds % 50) / 10,
  }));
  assert.deepEqual(missed({ samples }), [
    'PSS of worker 1 grows by less than 12 MiB an hour',
    'heap of worker 1 grows by less than 12 MiB an hour',
  ]);
});

test('a wrong answer, a socket, a request in flight and another process are told', () => {
  const wrong = { asked: 10, right: 9, inevitable: 0, unexpected: 1 };
  assert.deepEqual(missed({ counts: new Map([['WebSocket', wrong]]) }), ['no unexpected answer']);
  assert.deepEqual(missed({ after: [worker({ sockets: 3, files: 21 })] }), [
    'as many sockets as before',
    'as many files as before',
  ]);
  assert.deepEqual(missed({ inFlight: 1 }), ['no request in flight']);
  assert.deepEqual(missed({ after: [worker({ pid: 8 })] }), ['the same processes']);
});

test('a short soak says nothing of memory', () => {
  const samples = samplesOf((seconds) => ({ pssMiB: seconds }));
  assert.deepEqual(missed({ samples, seconds: 20 }), []);
  assert.match(markdownOf(report({ samples, seconds: 20 })), /PSS of worker 1 .* can not be told/);
});

test('the slope is that of most pairs', () => {
  assert.equal(
    slopeOf([
      [0, 1],
      [1, 2],
      [2, 99],
      [3, 4],
      [4, 5],
    ]),
    1,
  );
  assert.equal(slopeOf([[0, 1]]), 0);
});
