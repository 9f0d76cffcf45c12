/** How an exchange gets its turn at a funko whose rules limit the requests in flight. */
import type { Concurrency } from '../../funko/traffic-rules.ts';
import { problem, type Problem } from '../problem.ts';

export type NoTurn = 'full' | 'late';

export interface Waiter {
  /** It is its turn. May be called before `enter` has returned. */
  admitted(): void;
  /** `full`: as many wait already as may. `late`: it has waited as long as it may. */
  refused(why: NoTurn, limit: Concurrency): void;
}

/** From the wish to enter to the end of the request. */
export interface Permit {
  /** It is over, or not wanted any more. To be called once. */
  leave(): void;
}

export interface ConcurrencyGate {
  /** Asks for a turn; exactly one method of the waiter is called, unless it leaves before. */
  enter(funko: string, limit: Concurrency, waiter: Waiter): Permit;
}

/** What a request that got no turn is told. */
export function noTurn(why: NoTurn, funko: string, { requests, queue, waitMs }: Concurrency): Problem {
  const taken = `"${funko}" takes ${requests} requests at a time, and all of these are taken`;
  return problem(
    'busy',
    why === 'full'
      ? `${taken}; ${queue} may wait, and as many do.`
      : `${taken}; this one has waited for ${waitMs / 1000} s.`,
  );
}
