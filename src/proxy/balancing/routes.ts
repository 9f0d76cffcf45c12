/**
 * A worker's copy of the routing table, made for looking up: which backend gets this request. Pure and synchronous,
 * so that choosing a backend and counting the request are one step. Clock and dice can be handed in.
 */
import type { TrafficRules } from '../../funko/traffic-rules.ts';
import type { ToWorker } from '../ipc/protocol.ts';
import { routesTo, type Backend } from './backend.ts';
import { Ejection } from './ejection.ts';
import { pick, type PickOptions } from './pick.ts';
import { rulesOfNewest } from './rules.ts';
import { draw, sharesOf, type ShareOf, type Splits } from './shares.ts';
import { Slot, SlotLease, type Counting, type Lease } from './slot.ts';

export type { Lease } from './slot.ts';

/** What a table or a patch has changed. */
export interface Applied {
  /** Lives that are over, so that their connections can be closed; see Backend.life. */
  readonly endedLives: readonly string[];
  readonly changed: readonly Backend[];
  /** Container IDs. */
  readonly removed: readonly string[];
}

/** Why a request gets no backend. */
export type NoLease = 'unknown_funko' | 'funko_down' | 'no_instance';

type TableMessage = Extract<ToWorker, { type: 'table' | 'patch' }>;

interface Funko {
  readonly slots: Map<string, Slot>;
  /** Those that are ready, as an array to pick from. */
  ready: readonly Slot[];
  /** Those of its newest version. */
  rules: TrafficRules | null;
  /** The ready ones by version, where two share the requests. */
  shares: readonly ShareOf[] | undefined;
}

export class Routes {
  /** Container ID → slot. */
  readonly #slots = new Map<string, Slot>();
  /** Funko name → its slots. */
  readonly #funkos = new Map<string, Funko>();
  readonly #onInFlight: (id: string, count: number) => void;
  readonly #dice: { readonly random: () => number; readonly now: () => number };
  readonly #counting: Counting;
  #sequence: number | undefined;
  #built: ReadonlySet<string> = new Set();
  #splits: ReadonlyMap<string, Splits[string]> = new Map();

  /**
   * @param onInFlight called with each change of a container's number of requests in flight
   * @param random as Math.random
   * @param now a monotonic clock in ms
   * @param onPutOut called when a backend was ejected: it is to be probed after this many ms, see `asked`
   */
  constructor(
    onInFlight: (id: string, count: number) => void = () => undefined,
    random: () => number = Math.random,
    now: () => number = () => performance.now(),
    onPutOut: (backend: Backend, askAfterMs: number) => void = () => undefined,
  ) {
    this.#onInFlight = onInFlight;
    this.#dice = { random, now };
    this.#counting = {
      now,
      count: (slot, by) => {
        this.#count(slot, by);
      },
      putOut: ({ backend, ejection }) => {
        onPutOut(backend, ejection.askAfterMs);
      },
    };
  }

  /**
   * Takes over a table or a patch.
   * @throws Error for a patch that does not follow the state held: the worker is to be replaced
   */
  apply(message: TableMessage): Applied {
    const { sequence } = message;
    const removed = message.type === 'patch' ? message.removed : this.#notAmong(message.backends);
    const changed = message.type === 'patch' ? message.changed : message.backends;
    if (message.type === 'patch' && sequence - 1 !== this.#sequence) {
      throw new Error(
        `patch ${sequence} does not follow state ${this.#sequence ?? 'none'} of the routing table`,
      );
    }
    const ended = [...removed.map((id) => this.#remove(id)), ...changed.map((backend) => this.#put(backend))];
    this.#sequence = sequence;
    return { endedLives: ended.filter((life) => life !== undefined), changed, removed };
  }

  /**
   * Picks the backend for a request to a funko and counts the request: see pick.ts.
   * @param tried container IDs that this request was refused by already
   * @returns 'no_instance' if none that was not tried is ready; 'funko_down' if no container has the name, but there are versions of
   * it; 'unknown_funko' if there is nothing of it
   */
  lease(funko: string, tried?: ReadonlySet<string>): Lease | NoLease {
    const known = this.#funkos.get(funko);
    if (!known) return this.#built.has(funko) ? 'funko_down' : 'unknown_funko';
    const options = tried ? { ...this.#dice, tried } : this.#dice;
    const slot = (known.shares && this.#ofShare(known.shares, options)) ?? pick(known.ready, options);
    return slot ? new SlotLease(slot, this.#counting) : 'no_instance';
  }

  /**
   * Takes over which funkos' requests two versions share.
   * @param built all funkos that have versions
   */
  share(splits: Splits, built: readonly string[] = []): void {
    this.#built = new Set(built);
    this.#splits = new Map(Object.entries(splits));
    for (const [name, funko] of this.#funkos) this.#decide(name, funko);
  }

  /** Of the drawn version; if none of its instances can take the request, any other that can. */
  #ofShare(shares: readonly ShareOf[], options: PickOptions): Slot | undefined {
    const slot = pick(draw(shares, options.random) ?? [], options);
    return slot && slot.ejection.until > options.now() ? undefined : slot;
  }

  /** Whether a container has the name. */
  knows(funko: string): boolean {
    return this.#funkos.has(funko);
  }

  /** Whether a container has the name, or versions of it were built. */
  exists(funko: string): boolean {
    return this.#funkos.has(funko) || this.#built.has(funko);
  }

  /** What a funko's own settings say about forwarding to it; null if they say nothing, or nobody knows it. */
  rulesOf(funko: string): TrafficRules | null {
    return this.#funkos.get(funko)?.rules ?? null;
  }

  /** Why a known funko has no ready instance, for a person: `faaso-hello.1 is starting`. Empty for an unknown one. */
  whyNone(funko: string): string {
    const slots = [...(this.#funkos.get(funko)?.slots.values() ?? [])];
    const told = slots.slice(0, 3).map(({ backend }) => `${backend.name} is ${backend.state}`);
    if (slots.length > 3) told.push(`${slots.length - 3} more`);
    return told.join(', ');
  }

  /**
   * An ejected backend was asked whether it accepts again.
   * @returns after how many ms it is to be asked once more; undefined if it is back, or that life of it is over
   */
  asked({ id, life }: Backend, accepts: boolean): number | undefined {
    const slot = this.#slots.get(id);
    if (!slot?.listed || slot.backend.life !== life) return undefined;
    slot.ejection.asked(accepts, this.#counting.now());
    return accepts ? undefined : slot.ejection.askAfterMs;
  }

  /** All backends, ready or not. */
  backends(): Backend[] {
    return [...this.#slots.values()].filter((slot) => slot.listed).map((slot) => slot.backend);
  }

  /** Requests in flight to a container. */
  inFlightOf(id: string): number {
    return this.#slots.get(id)?.inFlight ?? 0;
  }

  #notAmong(backends: readonly Backend[]): string[] {
    const kept = new Set(backends.map((backend) => backend.id));
    return this.backends().flatMap(({ id }) => (kept.has(id) ? [] : [id]));
  }

  /** Takes a backend out; returns the life that ended by that, undefined if it was not there. */
  #remove(id: string): string | undefined {
    const slot = this.#slots.get(id);
    if (!slot?.listed) return undefined;
    this.#unfile(slot);
    slot.listed = false;
    if (slot.inFlight === 0) this.#slots.delete(id);
    return slot.backend.life;
  }

  /** Puts a backend in, or its new state; returns the life that ended by that. */
  #put(backend: Backend): string | undefined {
    const slot = this.#slots.get(backend.id);
    if (!slot) {
      const fresh = new Slot(backend);
      this.#slots.set(backend.id, fresh);
      this.#file(fresh);
      return undefined;
    }
    const { life } = slot.backend;
    const ended = slot.listed && life !== backend.life ? life : undefined;
    if (slot.listed) this.#unfile(slot);
    if (life !== backend.life) slot.ejection = new Ejection();
    slot.backend = backend;
    slot.listed = true;
    this.#file(slot);
    return ended;
  }

  #file(slot: Slot): void {
    for (const name of routesTo(slot.backend)) {
      const funko: Funko = this.#funkos.get(name) ?? {
        slots: new Map(),
        ready: [],
        rules: null,
        shares: undefined,
      };
      funko.slots.set(slot.backend.id, slot);
      if (slot.backend.state === 'ready') funko.ready = [...funko.ready, slot];
      this.#decide(name, funko);
      this.#funkos.set(name, funko);
    }
  }

  #unfile(slot: Slot): void {
    for (const name of routesTo(slot.backend)) {
      const funko = this.#funkos.get(name);
      if (!funko) continue;
      funko.slots.delete(slot.backend.id);
      funko.ready = funko.ready.filter((each) => each !== slot);
      this.#decide(name, funko);
      if (funko.slots.size === 0) this.#funkos.delete(name);
    }
  }

  /** What follows from which slots a funko has. */
  #decide(name: string, funko: Funko): void {
    const slots = funko.ready.length > 0 ? funko.ready : funko.slots.values();
    funko.rules = rulesOfNewest([...slots].map((slot) => slot.backend));
    const weights = this.#splits.get(name);
    funko.shares = weights && sharesOf(funko.ready, weights);
  }

  #count(slot: Slot, by: 1 | -1): void {
    slot.inFlight += by;
    this.#onInFlight(slot.backend.id, slot.inFlight);
    if (slot.inFlight === 0 && !slot.listed) this.#slots.delete(slot.backend.id);
  }
}
