/** Asks a funko's health path whether it is ready. */
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_HEALTH_PATH } from '../funko/naming/names.ts';
import { request } from '../util/http.ts';
import type { ProbeFailure } from './probe-failure.ts';

/** One question may take this long. */
const ANSWER_WITHIN_MS = 2_000;
/**
 * A connection may take this long. A container's interface comes up a moment after its start; a first SYN that is lost
 * there would be sent again by the kernel only after a second.
 */
export const CONNECT_WITHIN_MS = 200;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** E.g. `/ping`; empty: any answer will do, e.g. of a program that knows no such path. */
  readonly path: string;
}

/** What a question met; `ready`: an answer with a status below 400, or any if no path is asked for. */
export type ProbeResult = 'ready' | ProbeFailure;

/** Asks once. Never rejects. */
export async function probe({ host, port, path }: ProbeTarget): Promise<ProbeResult> {
  return new Promise((resolve) => {
    let isConnected = false;
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const question = request({
      host,
      port,
      path: path === '' ? DEFAULT_HEALTH_PATH : path,
      agent: false,
      signal,
      headers: { 'user-agent': 'faaso-probe' },
    });
    const tooSlow = setTimeout(() => question.destroy(), CONNECT_WITHIN_MS);
    question.once('socket', (socket) => {
      socket.once('connect', () => {
        isConnected = true;
        clearTimeout(tooSlow);
      });
    });
    question.once('close', () => {
      clearTimeout(tooSlow);
    });
    question.once('response', (response) => {
      const { statusCode: status = 500 } = response;
      resolve(status < 400 || path === '' ? 'ready' : status);
      question.destroy();
    });
    question.on('error', () => {
      if (isConnected) resolve(signal.aborted ? 'silent' : 'closed');
      else resolve('refused');
    });
    question.end();
  });
}

/**
 * Asks until it answers, quickly at first, then five times a second, or as often as it is told to. Rejects with the signal's
 * reason when that aborts.
 */
export async function untilReady(
  target: ProbeTarget,
  signal: AbortSignal,
  longestPauseMs = LONGEST_PAUSE_MS,
): Promise<void> {
  for (
    let wait = FIRST_PAUSE_MS;
    (await probe(target)) !== 'ready';
    wait = Math.min(wait * 2, longestPauseMs)
  ) {
    signal.throwIfAborted();
    await pause(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
