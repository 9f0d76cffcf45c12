/**
 * Takes in events, lists and inspects, says which containers to inspect, and knows whether the table is in step with
 * the engine. No I/O: the clock comes in.
 */
import type { Observable } from 'rxjs';
import type { Container, ContainerRow } from '../../docker/containers.ts';
import type { EngineEvent } from '../../docker/events.ts';
import type { ProbeFailure } from '../../health/probe-failure.ts';
import { isLater, nanosOfMs } from './engine-time.ts';
import { lookAgainMs } from './instance.ts';
import { Instances } from './instance-table.ts';
import { effectOf } from './event-effect.ts';
import { MissedEvents } from './missed-events.ts';
import type { RoutingTable, TableChange } from './table.ts';
import { funkoOfName } from '../../funko/naming/container-names.ts';

/** The answer to an inspect. */
export type InspectResult =
  | { readonly id: string; readonly tick: number; readonly container: Container | undefined }
  | { readonly id: string; readonly tick: number; readonly failed: unknown };

/** A container that can't be inspected is asked for again after this, in ms; twice as long each time … */
const FIRST_RETRY_MS = 50;
/** … up to this. */
const LONGEST_RETRY_MS = 5_000;
/** After this many failures the table counts as in step without the container: one broken container must not hold up all others. */
const PATIENCE = 3;
/** The engine's clock is taken to be this much behind ours at most, in ms. */
const CLOCK_MARGIN_MS = 5_000;

export class Tracker {
  readonly #network: string;
  readonly #now: () => number;
  readonly #instances: Instances;
  readonly #surprises: MissedEvents;
  /** Containers that are being inspected → the tick from which on an answer is new enough. */
  readonly #looking = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  #tick = 0;
  /** Those that the first list of this session named and that were not inspected since; undefined before that list. */
  #awaited: Set<string> | undefined;
  /** The time of the newest event of all, by the engine's clock. */
  #newest: string;
  #sessionStart = '0';

  /** @param now ms since 1970 */
  constructor(network: string, now: () => number) {
    this.#network = network;
    this.#now = now;
    this.#instances = new Instances(network, now);
    this.#surprises = new MissedEvents(network);
    this.#newest = nanosOfMs(now() - CLOCK_MARGIN_MS);
  }

  get table(): RoutingTable {
    return this.#instances.table;
  }

  /** Each change, after `table` shows it. */
  get changes$(): Observable<TableChange> {
    return this.#instances.changes$;
  }

  /** The number of the latest event; an inspect that is asked now carries it. */
  get tick(): number {
    return this.#tick;
  }

  /** From when on events are needed, in seconds since 1970 by the engine's clock. */
  get since(): number {
    return Math.floor(Number(this.#newest.slice(0, -9)));
  }

  /** Whether everything that this session's first list named was inspected. */
  get inStep(): boolean {
    return this.#awaited?.size === 0;
  }

  /** Whether the table has changed by something that no event told of: the event stream can't be trusted. */
  get surprised(): boolean {
    return this.#surprises.any;
  }

  /** A new connection to the engine begins: nothing that was asked on the old one is answered any more. */
  begin(): void {
    this.#awaited = undefined;
    this.#looking.clear();
    this.#failures.clear();
    this.#surprises.begin();
    this.#sessionStart = nanosOfMs(this.#now());
  }

  /** An event came. Returns the ID of the container to inspect; undefined if it can't change any route. */
  onEvent(event: EngineEvent): string | undefined {
    if (isLater(event.timeNano, this.#newest)) this.#newest = event.timeNano;
    const news = effectOf(event, this.#network);
    if (!news) return undefined;
    const { id, name } = news;
    const concerns = news.adopts || this.#concerns(id) || (name !== null && funkoOfName(name) !== undefined);
    if (!concerns) return undefined;
    this.#tick += 1;
    const replayed = isLater(this.#sessionStart, news.timeNano);
    this.#instances.change(id, { kind: 'told', news, tick: this.#tick, replayed });
    this.#looking.set(id, this.#tick);
    this.#surprises.told(id);
    return id;
  }

  /** An event came that nobody could read: a list is to be asked for. */
  onMissed(): void {
    this.#surprises.unread();
  }

  /** A list came. Returns the IDs of the containers to inspect: all that are an instance, may be one, or were one. */
  onList(rows: readonly ContainerRow[]): string[] {
    const named = rows.filter((row) => row.networks[this.#network] !== undefined || funkoOfName(row.name));
    const ids = new Set([...named.map((row) => row.id), ...this.#instances.ids()]);
    this.#awaited ??= new Set(ids);
    this.#surprises.listed();
    for (const id of ids) this.#looking.set(id, this.#tick);
    return [...ids];
  }

  /**
   * An inspect was answered.
   * @returns the IDs of further containers to inspect: those that seem to have the same address
   */
  onInspect(answer: InspectResult): string[] {
    const { id, tick } = answer;
    if ('failed' in answer) {
      const failures = (this.#failures.get(id) ?? 0) + 1;
      this.#failures.set(id, failures);
      if (failures >= PATIENCE) this.#awaited?.delete(id);
      return [];
    }
    this.#failures.delete(id);
    if (tick >= (this.#looking.get(id) ?? 0)) this.#looking.delete(id);
    const before = this.#instances.get(id)?.container;
    const contested = this.#instances.seen(id, answer.container, tick);
    if (this.inStep) this.#surprises.seen(id, before, this.#instances.get(id)?.container);
    this.#awaited?.delete(id);
    for (const each of contested) this.#looking.set(each, this.#tick);
    return contested;
  }

  /** After which time, in ms, this answer wants its container to be inspected again; undefined: not at all. */
  againMs(answer: InspectResult): number | undefined {
    const { id } = answer;
    if ('failed' in answer)
      return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures.get(id) ?? 0));
    const instance = this.#instances.get(id);
    return instance && lookAgainMs(instance, this.#now());
  }

  /** A probe of this life succeeded. */
  probed(id: string, life: string): void {
    if (this.#instances.get(id)) this.#instances.change(id, { kind: 'probed', life });
  }

  /** Probes of this life fail, for this reason. */
  missed(id: string, life: string, miss: ProbeFailure): void {
    if (this.#instances.get(id)) this.#instances.change(id, { kind: 'missed', life, miss });
  }

  /** FaaSO lets go of this container. */
  release(id: string): void {
    if (this.#instances.get(id)) this.#instances.change(id, { kind: 'released' });
  }

  /** FaaSO wants to keep this container after all. */
  resume(id: string): void {
    if (this.#instances.get(id)) this.#instances.change(id, { kind: 'resumed' });
  }

  end(): void {
    this.#instances.end();
  }

  #concerns(id: string): boolean {
    return this.#instances.get(id) !== undefined || this.#looking.has(id);
  }
}
