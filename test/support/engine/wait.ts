/** Waiting with a deadline. Everything in the engine tests waits for a state, never for a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Generous: a busy machine is slow, and a state that never comes is a failure either way. */
export const DEADLINE_MS = 30_000;

/** A signal for one wait of the usual length. */
export function deadline(milliseconds = DEADLINE_MS): AbortSignal {
  return AbortSignal.timeout(milliseconds);
}

/**
 * Asks until the answer is as wanted, and gives it. Errors of `ask` count as "not yet".
 * @param what for the message after the deadline, which shows the last answer or error too
 */
export async function poll<T>(
  what: string,
  ask: () => Promise<T>,
  wanted: (value: T) => boolean,
  milliseconds = DEADLINE_MS,
): Promise<T> {
  const end = performance.now() + milliseconds;
  let last: unknown;
  do {
    try {
      const value = await ask();
      if (wanted(value)) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  } while (performance.now() < end);
  throw new Error(`${what} was not as wanted within ${milliseconds} ms. Last: ${inspect(last)}`);
}
