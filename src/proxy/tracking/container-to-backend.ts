/**
 * A container, and what is known of it beside an inspect, as a backend. Pure: the same facts give the same backend.
 */
import type { Container } from '../../docker/containers.ts';
import { FUNKO_PORT, HEALTH_PATH_PATTERN } from '../../funko/naming/names.ts';
import { rulesOf, type TrafficRules } from '../../funko/traffic-rules.ts';
import { describeProbeFailure, type ProbeFailure } from '../../health/probe-failure.ts';
import { checkObstacleOf, obstacleOf, type Obstacle } from '../../lifecycle/state/reachability.ts';
import type { Backend, Probe } from '../balancing/backend.ts';
import { portOf, LABEL } from '../../funko/naming/labels.ts';
import { funkosOf } from '../../funko/naming/container-names.ts';

/** What an inspect does not show. */
export interface Readiness {
  /** An event said that it takes no traffic any more; it holds until an inspect that was asked later. */
  readonly takenAway: Obstacle | undefined;
  /** It is about to stop, for this reason. */
  readonly stopping: string | undefined;
  /** The life whose probe succeeded. */
  readonly readyLife: string | undefined;
  /** What the probes of a life met; undefined while that is not worth telling. */
  readonly missed: { readonly life: string; readonly miss: ProbeFailure } | undefined;
}

/**
 * The backend that a container is.
 * @param container as inspected
 * @param network the name of the funkos' network
 * @param now ISO 8601; the backend's `since`
 * @returns undefined if neither its name nor an alias of it on the network is a funko's, or if it is a proxy
 */
export function containerToBackend(
  container: Container,
  network: string,
  readiness: Readiness,
  now: string,
): Backend | undefined {
  const attachment = container.networks[network];
  const funkos = funkosOf(container.name, attachment?.aliases ?? [], container.labels);
  if (funkos.length === 0) return undefined;
  const address = attachment?.address ?? null;
  const port = portOf(container.labels);
  const life = `${container.id} ${container.startedAt ?? 'never'} ${address ?? '-'} ${port ?? '-'}`;
  const probe = probeOf(container);
  const obstacle =
    readiness.takenAway ??
    obstacleOf(container, network, funkos[0] ?? '') ??
    unready(container, readiness, probe, life, port ?? FUNKO_PORT);
  return {
    id: container.id,
    name: container.name,
    funkos,
    address,
    port: port ?? FUNKO_PORT,
    state: obstacle?.state ?? 'ready',
    reason: obstacle?.reason ?? null,
    fix: obstacle?.fix ?? null,
    since: now,
    version: container.labels[LABEL.version] ?? null,
    probe,
    rules: rulesOrNone(container),
    life,
  };
}

/** A label that holds no rules keeps the container from being routed to: see obstacleOf. */
function rulesOrNone({ labels }: Container): TrafficRules | null {
  try {
    return rulesOf(labels);
  } catch {
    return null;
  }
}

/** What is asked to find out: FaaSO's own path for what it built; nothing where Docker's health check tells; else the port. */
function probeOf(container: Container): Probe {
  const path = container.labels[LABEL.health];
  // A path that is no path could make the prober throw: what FaaSO built never carries one.
  const asked =
    container.labels[LABEL.funko] !== undefined && path !== undefined && HEALTH_PATH_PATTERN.test(path);
  if (asked) return { kind: 'http', path };
  return container.health === 'none' ? { kind: 'tcp' } : null;
}

/** Why a container that runs and can be reached takes no traffic. */
function unready(
  container: Container,
  readiness: Readiness,
  probe: Probe,
  life: string,
  port: number,
): Obstacle | undefined {
  if (readiness.stopping !== undefined) return { state: 'stopping', reason: readiness.stopping, fix: null };
  const check = checkObstacleOf(container);
  if (check?.state === 'unhealthy') return check;
  if (probe !== null && readiness.readyLife !== life)
    return { state: 'starting', ...whatIsAwaited(container, readiness, probe, life, port) };
  // A check that the image brings is obeyed when it fails, but not waited for where FaaSO asks by itself.
  const isAwaited = probe === null || container.labels[LABEL.check] !== undefined;
  return isAwaited ? check : undefined;
}

function whatIsAwaited(
  container: Container,
  { missed }: Readiness,
  probe: NonNullable<Probe>,
  life: string,
  port: number,
): { reason: string; fix: string | null } {
  if (probe.kind === 'http' && missed?.life === life)
    return {
      reason: describeProbeFailure(missed.miss, port, probe.path),
      fix: `docker logs ${container.name}`,
    };
  if (probe.kind === 'http')
    return { reason: `GET ${probe.path} on port ${port} has not been answered yet`, fix: null };
  if (container.labels[LABEL.funko] !== undefined)
    return { reason: describeProbeFailure('refused', port, ''), fix: `docker logs ${container.name}` };
  const reason = `nothing accepts connections on port ${port} yet`;
  if (container.labels[LABEL.port] !== undefined) return { reason, fix: `docker logs ${container.name}` };
  const fix = `docker run … --label ${LABEL.port}=PORT … ${container.image}`;
  return { reason: `${reason}; a container that listens elsewhere needs the label ${LABEL.port}`, fix };
}
