/** What runs in a front: exchanges and upgraded connections; and whether it is draining. */

/** An upgraded connection, which can be ended from outside. */
export interface Endable {
  end(): void;
  reset(): void;
  /** Resolves when it is closed on both sides. */
  readonly closed: Promise<unknown>;
}

export class InFlight {
  draining = false;
  #exchanges = 0;
  /** Upgraded connection → the life of the backend that it leads to. */
  readonly #tunnels = new Map<Endable, string | undefined>();

  /** An exchange has begun. */
  begin(): void {
    this.#exchanges += 1;
  }

  /** An exchange is over, its answer is out or lost. */
  end(): void {
    this.#exchanges -= 1;
  }

  /** An upgraded connection is there, until it is closed. */
  open(tunnel: Endable, life: string | undefined): void {
    this.#tunnels.set(tunnel, life);
    void tunnel.closed.then(() => this.#tunnels.delete(tunnel));
  }

  /** Ends all upgraded connections. */
  endTunnels(): void {
    for (const tunnel of this.#tunnels.keys()) tunnel.end();
  }

  /** Resets the upgraded connections to a life that can't be reached any more. */
  sever(life: string): void {
    for (const [tunnel, of] of this.#tunnels) if (of === life) tunnel.reset();
  }

  /** Whether no exchange runs; upgraded connections do not count. */
  get idle(): boolean {
    return this.#exchanges === 0;
  }
}
