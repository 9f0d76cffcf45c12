/**
 * How many requests each funko gets at the same time, counted over all workers. A worker asks before each request to a
 * funko whose rules set a limit, and says when it is over; for all other funkos nothing is asked. Requests that have to
 * wait do so in one queue, first come, first served, whichever worker they came to. Pure bookkeeping.
 */

/** One request of one worker. */
interface Ticket {
  readonly worker: number;
  readonly ticket: number;
}

interface Gate {
  requests: number;
  readonly inside: Map<string, Ticket>;
  /** In the order in which they came. */
  readonly queue: Map<string, Ticket>;
}

/** Requests that books are kept of at most, over all gates: a worker that was broken into may ask without end. */
const MOST_TICKETS = 200_000;

export class ConcurrencyLimiter {
  readonly #gates = new Map<string, Gate>();
  readonly #answer: (ticket: Ticket, admitted: boolean) => void;
  readonly #most: number;
  #total = 0;

  /**
   * @param answer tells a worker whether its request may proceed; a queued request gets no answer yet
   * @param most requests that books are kept of; more are refused
   */
  constructor(answer: (ticket: Ticket, admitted: boolean) => void, most = MOST_TICKETS) {
    this.#answer = answer;
    this.#most = most;
  }

  /**
   * A request wants to a funko: it is let in, put into the queue, or refused if that is full.
   * @param limit how many requests may be in, and how many may wait, by the funko's newest rules
   */
  enter(ticket: Ticket, funko: string, limit: { readonly requests: number; readonly queue: number }): void {
    if (this.#total >= this.#most) {
      this.#answer(ticket, false);
      return;
    }
    const gate = this.#gateOf(funko);
    gate.requests = limit.requests;
    this.#letIn(gate);
    if (gate.inside.size < limit.requests) {
      this.#total += 1;
      gate.inside.set(keyOf(ticket), ticket);
      this.#answer(ticket, true);
    } else if (gate.queue.size < limit.queue) {
      this.#total += 1;
      gate.queue.set(keyOf(ticket), ticket);
    } else {
      this.#answer(ticket, false);
      this.#settle(funko, gate);
    }
  }

  /** A request is over, or does not want to wait any longer. */
  leave(ticket: Ticket, funko: string): void {
    const gate = this.#gates.get(funko);
    if (!gate) return;
    const key = keyOf(ticket);
    if (gate.inside.delete(key) || gate.queue.delete(key)) this.#total -= 1;
    this.#settle(funko, gate);
  }

  /** A worker ended, and its requests with it. */
  forget(worker: number): void {
    for (const [funko, gate] of this.#gates) {
      for (const tickets of [gate.inside, gate.queue]) {
        for (const [key, ticket] of tickets) {
          if (ticket.worker === worker && tickets.delete(key)) this.#total -= 1;
        }
      }
      this.#settle(funko, gate);
    }
  }

  /** Requests that wait for a funko. */
  waitingFor(funko: string): number {
    return this.#gates.get(funko)?.queue.size ?? 0;
  }

  #gateOf(funko: string): Gate {
    const known = this.#gates.get(funko);
    if (known) return known;
    const gate: Gate = { requests: 0, inside: new Map(), queue: new Map() };
    this.#gates.set(funko, gate);
    return gate;
  }

  #settle(funko: string, gate: Gate): void {
    this.#letIn(gate);
    if (gate.inside.size === 0 && gate.queue.size === 0) this.#gates.delete(funko);
  }

  #letIn(gate: Gate): void {
    for (const [key, ticket] of gate.queue) {
      if (gate.inside.size >= gate.requests) return;
      gate.queue.delete(key);
      gate.inside.set(key, ticket);
      this.#answer(ticket, true);
    }
  }
}

function keyOf({ worker, ticket }: Ticket): string {
  return `${worker} ${ticket}`;
}
