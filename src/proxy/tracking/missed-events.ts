/**
 * Finds out that the event stream is half dead: it stays open, the engine answers pings, and yet events do not come. The
 * sign of it is a resync that shows what no event has told.
 */
import type { Container } from '../../docker/containers.ts';

/** Counted down when a list comes: so it holds for the one under way when the event came, and for the one that the event causes. */
const UNREAD_LISTS = 3;

export class MissedEvents {
  readonly #network: string;
  /** Containers that an event named since the last but one list. */
  #told = new Set<string>();
  #toldBefore = new Set<string>();
  readonly #surprising = new Set<string>();
  /** How many lists may show changes that came with an event that was skipped. */
  #unreadLists = 0;

  constructor(network: string) {
    this.#network = network;
  }

  /** Whether anything changed that no event told of, not even late. */
  get any(): boolean {
    return this.#surprising.size > 0;
  }

  /** A new event stream begins. */
  begin(): void {
    this.#told.clear();
    this.#toldBefore.clear();
    this.#surprising.clear();
    this.#unreadLists = 0;
  }

  /** An event came that was too long to be read. */
  unread(): void {
    this.#unreadLists = UNREAD_LISTS;
  }

  /** An event named this container. */
  told(id: string): void {
    this.#told.add(id);
    this.#surprising.delete(id);
  }

  /** A list is about to be worked through. */
  listed(): void {
    this.#toldBefore = this.#told;
    this.#told = new Set();
    this.#unreadLists = Math.max(0, this.#unreadLists - 1);
  }

  /** An inspect was answered; what was known of the container before and is now, undefined if it is no instance. */
  seen(id: string, before: Container | undefined, now: Container | undefined): void {
    if (this.#unreadLists > 0) return;
    if (this.#told.has(id) || this.#toldBefore.has(id)) return;
    if (this.#differ(before, now)) this.#surprising.add(id);
  }

  /** Only what the engine never changes without an event. */
  #differ(a: Container | undefined, b: Container | undefined): boolean {
    if (!a || !b) return a !== b;
    const [addressA, addressB] = [a, b].map(
      (container) => container.networks[this.#network]?.address ?? null,
    );
    return (
      a.startedAt !== b.startedAt ||
      a.status !== b.status ||
      a.name !== b.name ||
      a.health !== b.health ||
      addressA !== addressB
    );
  }
}
