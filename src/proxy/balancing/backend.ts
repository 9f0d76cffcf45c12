/**
 * A backend: an instance as the proxy sees it. Plain data, safe to send from the parent to a worker.
 */
import type { TrafficRules } from '../../funko/traffic-rules.ts';
import { parseVersion } from '../../funko/naming/version.ts';
import { previewName } from '../../funko/naming/container-names.ts';

/**
 * - `ready` takes traffic.
 * - `starting` runs, but its readiness was not shown yet.
 * - `unhealthy` runs, and Docker's health check says no.
 * - `paused`, `stopping` (its stop signal was sent, or FaaSO is draining it), `stopped`: as in Docker.
 * - `misplaced`: has a funko's name, but can't be reached: not on the network, no address, a bad port label.
 */
export type BackendState =
  'ready' | 'starting' | 'unhealthy' | 'paused' | 'stopping' | 'stopped' | 'misplaced';

/** How a backend in `starting` becomes `ready`: FaaSO's own probe, over HTTP or as a TCP connection; null: Docker's health. */
export type Probe = { readonly kind: 'http'; readonly path: string } | { readonly kind: 'tcp' } | null;

export interface Backend {
  /** The container's full ID: its identity. */
  readonly id: string;
  /** The container's name, without the slash. */
  readonly name: string;
  /** The funkos it is an instance of, sorted, never empty. */
  readonly funkos: readonly string[];
  /** Its IP address on the funkos' network; null if it has none now. */
  readonly address: string | null;
  readonly port: number;
  readonly state: BackendState;
  /** Why it takes no traffic, for a person; null if it does. */
  readonly reason: string | null;
  /** The command that fixes it, or null. */
  readonly fix: string | null;
  /** Since when it is in this state, ISO 8601. */
  readonly since: string;
  /** `v3` for what FaaSO built. */
  readonly version: string | null;
  readonly probe: Probe;
  /** What the container's label `faaso.traffic` says about forwarding to it; null: what the proxy's settings say. */
  readonly rules: TrafficRules | null;
  /**
   * One life of the container at one address: changes with each start and each new address. Connections and probe
   * results belong to a life, never to the container's ID alone.
   */
  readonly life: string;
}

/**
 * The names in URLs that lead to a backend: its funkos; and what FaaSO built is also found by its version, as `hello@v3`,
 * whether it is in service or a preview.
 */
export function routesTo({ funkos, version }: Backend): readonly string[] {
  const number = version === null ? undefined : parseVersion(version);
  if (number === undefined) return funkos;
  const byVersion = funkos.filter((name) => !name.includes('@')).map((name) => previewName(name, number));
  return [...new Set([...funkos, ...byVersion])];
}
