/** What runs in a front: exchanges and upgraded connections; and whether it is draining. */

/** An upgraded connection, which can be ended from outside. */
export interface Endable {
  end(): void;
  /** Resolves when it is closed on both sides. */
  readonly closed: Promise<unknown>;
}

export class Running {
  draining = false;
  #exchanges = 0;
  readonly #tunnels = new Set<Endable>();

  /** An exchange has begun. */
  begin(): void {
    this.#exchanges += 1;
  }

  /** An exchange is over, its answer is out or lost. */
  end(): void {
    this.#exchanges -= 1;
  }

  /** An upgraded connection is there, until it is closed. */
  open(tunnel: Endable): void {
    this.#tunnels.add(tunnel);
    void tunnel.closed.then(() => this.#tunnels.delete(tunnel));
  }

  /** Ends all upgraded connections. */
  endTunnels(): void {
    for (const tunnel of this.#tunnels) tunnel.end();
  }

  /** Whether no exchange runs; upgraded connections do not count. */
  get idle(): boolean {
    return this.#exchanges === 0;
  }
}
