/**
 * What an event means for routing. Pure. Every event that matters makes the container it names be inspected; some
 * events also act at once, before any inspect, since they can only take traffic away.
 */
import { CONTAINER_ACTIONS, type EngineEvent } from '../../docker/events.ts';
import {
  checkObstacleOf,
  endOf,
  haltedObstacleOf,
  type Obstacle,
} from '../../lifecycle/state/reachability.ts';

/** What acts at once. */
export type AtOnce =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'takenAway'; readonly obstacle: Obstacle }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'renamed'; readonly name: string };

export interface EventEffect {
  /** The container's ID. */
  readonly id: string;
  /** The container's name; null where the event does not give it. */
  readonly name: string | null;
  /** When it happened, by the engine's clock: nanoseconds since 1970. */
  readonly timeNano: string;
  /** Whether a container of which nothing is known may become an instance by this. */
  readonly adopts: boolean;
  readonly atOnce: AtOnce;
}

const NOTHING: AtOnce = { kind: 'nothing' };

/**
 * Container events by which a container of which nothing is known may become an instance. One that has been started is connected first,
 * so `start` need not adopt: the network's `connect` does, and a funko's name is known without.
 */
const ADOPTING: ReadonlySet<string> = new Set(['create', 'rename']);
const ACTIONS: ReadonlySet<string> = new Set(CONTAINER_ACTIONS);

/**
 * Reads an event.
 * @param network the name of the funkos' network
 * @returns undefined for one that can't change any route
 */
export function effectOf(event: EngineEvent, network: string): EventEffect | undefined {
  const { containerId: id, action, timeNano } = event;
  if (id === '') return undefined;
  if (event.type === 'network') {
    if (event.network?.name !== network) return undefined;
    const connects = action === 'connect';
    if (!connects && action !== 'disconnect') return undefined;
    // The engine says so of each container that ends, too: the inspect tells whether this one runs on, and is misplaced.
    const atOnce = connects ? NOTHING : takenAway('stopping', `it leaves the network ${network}`);
    return { id, name: null, timeNano, adopts: connects, atOnce };
  }
  if (!ACTIONS.has(action)) return undefined;
  const name = event.attributes['name'] ?? null;
  return { id, name, timeNano, adopts: ADOPTING.has(action), atOnce: atOnceOf(event) };
}

function atOnceOf(event: EngineEvent): AtOnce {
  const { attributes, containerId } = event;
  const name = attributes['name'] ?? containerId;
  switch (event.action) {
    case 'kill':
      return { kind: 'signal', signal: attributes['signal'] ?? '' };
    case 'rename':
      return attributes['name'] === undefined ? NOTHING : { kind: 'renamed', name: attributes['name'] };
    case 'die':
      // Whether Docker starts it again, and so what to do, the inspect tells.
      return takenAway('stopped', `it ${endOf(endingOf(event))}`);
    case 'stop':
      return takenAway('stopped', 'it was stopped');
    case 'destroy':
      return takenAway('stopped', 'it was removed');
    case 'pause':
      return takenAwayBy(haltedObstacleOf({ name, status: 'paused', labels: {} }));
    case 'health_status':
      if (attributes['health'] !== 'unhealthy') return NOTHING;
      return takenAwayBy(checkObstacleOf({ name, health: 'unhealthy' }));
    default:
      return NOTHING;
  }
}

function endingOf({ attributes }: EngineEvent): { readonly exitCode?: number } {
  const text = attributes['exitCode'] ?? '';
  return /^[0-9]+$/.test(text) ? { exitCode: Number(text) } : {};
}

function takenAway(state: Obstacle['state'], reason: string): AtOnce {
  return takenAwayBy({ state, reason, fix: null });
}

function takenAwayBy(obstacle: Obstacle | undefined): AtOnce {
  return obstacle ? { kind: 'takenAway', obstacle } : NOTHING;
}
