/**
 * What is known of every container, and the table that follows from it. Each change of the one becomes a change of the
 * other at once, and is published.
 */
import { Subject, type Observable } from 'rxjs';
import type { Container } from '../../docker/containers.ts';
import { Addresses } from './addresses.ts';
import { isWorthKeeping, reduce, type InstanceChange, type Instance } from './instance.ts';
import { severedLife } from './severed.ts';
import { RoutingTable, type TableChange } from './table.ts';

export class Instances {
  readonly #network: string;
  readonly #now: () => number;
  readonly #known = new Map<string, Instance>();
  readonly #addresses = new Addresses();
  readonly #changes = new Subject<TableChange>();
  #table = RoutingTable.empty();

  /** @param now ms since 1970 */
  constructor(network: string, now: () => number) {
    this.#network = network;
    this.#now = now;
  }

  get table(): RoutingTable {
    return this.#table;
  }

  /** Each change, after `table` shows it. */
  get changes$(): Observable<TableChange> {
    return this.#changes.asObservable();
  }

  get(id: string): Instance | undefined {
    return this.#known.get(id);
  }

  /** The IDs of all containers that are known. */
  ids(): Iterable<string> {
    return this.#known.keys();
  }

  /** Something other than an inspect changed what is known of a container. */
  change(id: string, change: InstanceChange): void {
    this.#keep(id, this.#reduced(this.#known.get(id), change));
  }

  /**
   * An inspect that was asked at `tick` showed this; undefined: there is no such container.
   * @returns the IDs of containers that turn out to seem to have the same address, this one among them; none usually
   */
  seen(id: string, container: Container | undefined, tick: number): string[] {
    const next = container && this.#reduced(this.#known.get(id), { kind: 'seen', container, tick });
    const kept = next && isWorthKeeping(next) ? next : undefined;
    const severed = container && severedLife(this.#known.get(id), container, this.#network);
    const affected = this.#addresses.update(id, kept?.container, this.#network);
    affected.delete(id);
    // First the others let go of the address, then this one takes it: no table shows it twice.
    const contested = [...affected].filter((other) => this.#settle(other));
    const by = this.#addresses.supplanterOf(id);
    if (by !== undefined && by !== kept?.supplantedBy) contested.push(by);
    this.#keep(id, kept && this.#reduced(kept, { kind: 'supplanted', by }), severed);
    return contested.length > 0 ? [id, ...contested] : [];
  }

  end(): void {
    this.#changes.complete();
  }

  /** Brings a container's claim to its address up to date; returns whether it was just contested. */
  #settle(id: string): boolean {
    const instance = this.#known.get(id);
    const by = this.#addresses.supplanterOf(id);
    if (!instance || instance.supplantedBy === by) return false;
    this.change(id, { kind: 'supplanted', by });
    return by !== undefined;
  }

  #reduced(before: Instance | undefined, change: InstanceChange): Instance {
    return reduce(before, change, { network: this.#network, now: this.#now() });
  }

  #keep(id: string, instance: Instance | undefined, severed?: string): void {
    if (instance) this.#known.set(id, instance);
    else this.#known.delete(id);
    const next = this.#table.with(new Map([[id, instance?.backend]]));
    if (!next) return;
    this.#table = next.table;
    this.#changes.next(severed === undefined ? next.change : { ...next.change, severed: [severed] });
  }
}
