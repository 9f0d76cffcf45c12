/**
 * The routing table: an immutable lookup structure that is replaced as a whole on change. Pure: no I/O, no clock.
 *
 * A change copies one of 256 drawers, not the whole table, so that one event costs the same with ten thousand
 * containers as with ten.
 */
import { routesTo, type Backend } from '../balancing/backend.ts';

/** What changed from state `sequence - 1` of the table to state `sequence`. Never empty. */
export interface TableChange {
  readonly sequence: number;
  /** Backends that are new or differ, as they are now. */
  readonly changed: readonly Backend[];
  /** Container IDs that are no backend any more. */
  readonly removed: readonly string[];
  /** Lives that run on but can't be reached any more: no end of what is open to them will ever come. Absent: none. */
  readonly severed?: readonly string[];
}

type Drawer = ReadonlyMap<string, Backend>;

const DRAWERS = 256;
const EMPTY_DRAWER: Drawer = new Map();

export class RoutingTable {
  /** Counts the table's states; the empty table is 0. */
  readonly sequence: number;
  readonly #drawers: readonly Drawer[];
  #byFunko: ReadonlyMap<string, readonly Backend[]> | undefined;

  private constructor(sequence: number, drawers: readonly Drawer[]) {
    this.sequence = sequence;
    this.#drawers = drawers;
  }

  /** A table with no backend in it. */
  static empty(): RoutingTable {
    return new RoutingTable(0, new Array<Drawer>(DRAWERS).fill(EMPTY_DRAWER));
  }

  /** The backend of a container; undefined if it is not an instance. */
  get(id: string): Backend | undefined {
    return this.#drawers[drawerOf(id)]?.get(id);
  }

  /** All backends, in no particular order. */
  backends(): Backend[] {
    return this.#drawers.flatMap((drawer) => [...drawer.values()]);
  }

  /** The backends that a funko's name, or `NAME@vN`, leads to, sorted by name; none for an unknown one. */
  ofFunko(name: string): readonly Backend[] {
    this.#byFunko ??= indexByFunko(this.backends());
    return this.#byFunko.get(name) ?? [];
  }

  /**
   * The table after these changes, this one is left as it is.
   * @param updates container ID → the backend as it is now, or undefined if it is not an instance any more
   * @returns the next table and what differs; undefined if nothing does
   */
  with(
    updates: ReadonlyMap<string, Backend | undefined>,
  ): { table: RoutingTable; change: TableChange } | undefined {
    const drawers = [...this.#drawers];
    const opened = new Map<number, Map<string, Backend>>();
    const changed: Backend[] = [];
    const removed: string[] = [];
    for (const [id, backend] of updates) {
      const before = this.get(id);
      if (backend === before || (backend && before && sameBackend(backend, before))) continue;
      const drawer = openDrawer(drawers, opened, drawerOf(id));
      if (backend) {
        drawer.set(id, backend);
        changed.push(backend);
      } else {
        drawer.delete(id);
        removed.push(id);
      }
    }
    if (opened.size === 0) return undefined;
    const sequence = this.sequence + 1;
    return { table: new RoutingTable(sequence, drawers), change: { sequence, changed, removed } };
  }
}

/** Whether two backends are the same in every field. */
export function sameBackend(a: Backend, b: Backend): boolean {
  return (
    a.id === b.id &&
    a.name === b.name &&
    a.address === b.address &&
    a.port === b.port &&
    a.state === b.state &&
    a.reason === b.reason &&
    a.fix === b.fix &&
    a.since === b.since &&
    a.version === b.version &&
    a.life === b.life &&
    sameProbe(a.probe, b.probe) &&
    a.funkos.length === b.funkos.length &&
    a.funkos.every((funko, index) => funko === b.funkos[index])
  );
}

function sameProbe(a: Backend['probe'], b: Backend['probe']): boolean {
  if (a === null || b === null) return a === b;
  return a.kind === b.kind && (a.kind !== 'http' || b.kind !== 'http' || a.path === b.path);
}

/** Container IDs are random, so a few of their characters spread them evenly. */
function drawerOf(id: string): number {
  let hash = 0;
  for (let index = 0; index < 6; index += 1) hash = (hash * 31 + (id.charCodeAt(index) || 0)) | 0;
  return hash & (DRAWERS - 1);
}

function openDrawer(
  drawers: Drawer[],
  opened: Map<number, Map<string, Backend>>,
  index: number,
): Map<string, Backend> {
  const known = opened.get(index);
  if (known) return known;
  const copy = new Map(drawers[index]);
  opened.set(index, copy);
  drawers[index] = copy;
  return copy;
}

function indexByFunko(backends: readonly Backend[]): Map<string, Backend[]> {
  const index = new Map<string, Backend[]>();
  for (const backend of backends.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
    for (const funko of routesTo(backend)) {
      const list = index.get(funko);
      if (list) list.push(backend);
      else index.set(funko, [backend]);
    }
  }
  return index;
}
