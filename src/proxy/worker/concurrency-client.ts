/**
 * Requests to funkos whose rules limit them: each asks the parent, which counts over all workers (parent/workers/concurrency-limiter.ts), waits
 * for a limited time, and says when it is over.
 */
import type { Concurrency } from '../../funko/traffic-rules.ts';
import type { ConcurrencyGate, Permit, Waiter } from '../forward/concurrency.ts';
import type { FromWorker } from '../ipc/protocol.ts';
import { parsePreview } from '../../funko/naming/container-names.ts';

interface WaitingRequest {
  readonly funko: string;
  readonly limit: Concurrency;
  readonly waiter: Waiter;
  readonly timer: NodeJS.Timeout;
}

export class ConcurrencyClient implements ConcurrencyGate {
  readonly #tell: (message: FromWorker) => void;
  readonly #waiting = new Map<number, WaitingRequest>();
  /** Tickets of requests that were let in and are not over. */
  readonly #inside = new Set<number>();
  /** Funko → requests that wait for it here. */
  readonly #counts = new Map<string, number>();
  #last = 0;

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell;
  }

  /** @param name a funko, or a version of it, which has no limit of its own: `hello@v3` counts as `hello` */
  enter(name: string, limit: Concurrency, waiter: Waiter): Permit {
    const { funko } = parsePreview(name);
    const { requests, queue, waitMs } = limit;
    const ticket = (this.#last += 1);
    const waiting = this.#counts.get(funko) ?? 0;
    if (waiting >= requests + queue) {
      // More than the parent could let in or let wait: a flood ends here.
      waiter.refused('full', limit);
      return { leave: () => undefined };
    }
    const timer = setTimeout(() => {
      this.#leave(ticket, funko);
      waiter.refused('late', limit);
    }, waitMs);
    this.#waiting.set(ticket, { funko, limit, waiter, timer });
    this.#counts.set(funko, waiting + 1);
    this.#tell({ type: 'enter', funko, ticket, requests, queue });
    return {
      leave: () => {
        this.#leave(ticket, funko);
      },
    };
  }

  /** What the parent said of a request. One that has left meanwhile has told so. */
  answered(ticket: number, admitted: boolean): void {
    const waiting = this.#take(ticket);
    if (!waiting) return;
    if (admitted) {
      this.#inside.add(ticket);
      waiting.waiter.admitted();
    } else {
      waiting.waiter.refused('full', waiting.limit);
    }
  }

  /** One that was refused, or has told before, takes no place that could be given back. */
  #leave(ticket: number, funko: string): void {
    if (this.#take(ticket) || this.#inside.delete(ticket)) this.#tell({ type: 'leave', funko, ticket });
  }

  #take(ticket: number): WaitingRequest | undefined {
    const waiting = this.#waiting.get(ticket);
    if (!waiting) return undefined;
    const { funko, timer } = waiting;
    clearTimeout(timer);
    this.#waiting.delete(ticket);
    const left = (this.#counts.get(funko) ?? 1) - 1;
    if (left === 0) this.#counts.delete(funko);
    else this.#counts.set(funko, left);
    return waiting;
  }
}
