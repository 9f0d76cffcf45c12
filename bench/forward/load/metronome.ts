/** A thread that tells the one that started it how many beats are due: to some 0.1 ms, where a timer has whole ones. */
import { parentPort, workerData } from 'node:worker_threads';
import { clock } from './clock.ts';

export interface Beat {
  /** The clock's time of the first beat, and the time between two, in ms. */
  readonly start: number;
  readonly interval: number;
  readonly count: number;
}

const { start, interval, count } = workerData as Beat;
const never = new Int32Array(new SharedArrayBuffer(4));

for (let due = 0; due < count;) {
  Atomics.wait(never, 0, 0, Math.max(0, start + due * interval - clock()));
  due = Math.min(count, Math.floor((clock() - start) / interval) + 1);
  parentPort?.postMessage(due);
}
