/** A backend and what this worker knows of it: requests in flight, refusals; and the lease that counts one request. */
import type { Backend } from './backend.ts';
import { Ejection } from './ejection.ts';

/** One request on its way to one backend. */
export interface Lease {
  readonly backend: Backend;
  /** Requests of this worker in flight to the backend, this one included. */
  readonly inFlight: number;
  /** The request is over, however it went. Calling it again does nothing. */
  end(): void;
  /** The connection was refused, or not made in time, before a byte was sent. Ends the lease as well. */
  refused(): void;
  /** The request is not wanted any more, and no connection was made for it: that says nothing about the backend. */
  givenUp(): void;
}

/** Outlives its backend until the last request has ended. */
export class Slot {
  backend: Backend;
  /** Whether the backend is in the table. */
  listed = true;
  inFlight = 0;
  ejection = new Ejection();

  constructor(backend: Backend) {
    this.backend = backend;
  }
}

/** What a lease needs of the routes it comes from. */
export interface Counting {
  now(): number;
  /** Adds to a slot's requests in flight. */
  count(slot: Slot, by: 1 | -1): void;
  /** A slot was ejected. */
  putOut(slot: Slot): void;
}

export class SlotLease implements Lease {
  readonly backend: Backend;
  readonly #slot: Slot;
  readonly #counting: Counting;
  /** Refusals belong to one life of the backend: this is the life's. */
  readonly #ejection: Ejection;
  readonly #mark: number;
  #over = false;

  constructor(slot: Slot, counting: Counting) {
    this.backend = slot.backend;
    this.#slot = slot;
    this.#counting = counting;
    this.#ejection = slot.ejection;
    this.#mark = slot.ejection.mark;
    counting.count(slot, 1);
  }

  get inFlight(): number {
    return this.#slot.inFlight;
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#ejection.accepted(this.#mark);
    this.#counting.count(this.#slot, -1);
  }

  givenUp(): void {
    if (this.#over) return;
    this.#over = true;
    this.#counting.count(this.#slot, -1);
  }

  refused(): void {
    if (this.#over) return;
    this.#over = true;
    const isOut = this.#ejection.refused(this.#counting.now());
    if (isOut && this.#ejection === this.#slot.ejection) this.#counting.putOut(this.#slot);
    this.#counting.count(this.#slot, -1);
  }
}
