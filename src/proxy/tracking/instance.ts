/**
 * What is known of one container, and how each piece of news changes it. Pure and idempotent: the first list, events,
 * inspects and the slow resync all come through here, in any order and as often as they like.
 *
 * An inspect's answer is only as new as its question. So every event gets a number (`tick`), an inspect notes the
 * number at which it was asked, and what an event did at once holds against any answer that was asked before it.
 */
import { isAlive, type Container } from '../../docker/containers.ts';
import type { ProbeFailure } from '../../health/probe-failure.ts';
import type { Obstacle } from '../../lifecycle/state/reachability.ts';
import type { Backend } from '../balancing/backend.ts';
import { containerToBackend } from './container-to-backend.ts';
import { isLater, nanosOf } from './engine-time.ts';
import type { EventEffect } from './event-effect.ts';
import { endsContainer } from './signals.ts';

/** After its stop timeout and this margin, in ms, a container that outlived its stop signal may take traffic again. */
const STOP_MARGIN_MS = 5_000;
/** The stop timeout, in seconds, of a container that was not inspected yet. */
const DEFAULT_STOP_SECONDS = 10;
/** A container that runs with no address is looked at again this soon, in ms, then after twice as long, and so on. */
const FIRST_LOOK_MS = 20;
const MOST_LOOKS = 9;

/** The last signal that asked a container to end. */
interface StopSignal {
  readonly sent: string;
  /** By the engine's clock. */
  readonly at: string;
  /** When it was told of, in ms since 1970 by our clock. */
  readonly told: number;
  readonly outlived: boolean;
}

export interface Instance {
  /** As last inspected, renames applied; undefined if it never was. */
  readonly container: Container | undefined;
  /** The time of the newest event, by the engine's clock. */
  readonly heard: string;
  readonly named: { readonly name: string; readonly tick: number } | undefined;
  readonly takenAway: { readonly obstacle: Obstacle; readonly tick: number } | undefined;
  readonly signal: StopSignal | undefined;
  readonly readyLife: string | undefined;
  /** What probes of a life met, the last time that was told. */
  readonly missed: { readonly life: string; readonly miss: ProbeFailure } | undefined;
  /** The start of the run in which FaaSO let go of it. */
  readonly releasedRun: string | undefined;
  /** Another container holds its address: this one's facts must be old. */
  readonly supplantedBy: string | undefined;
  /** How often it was seen running with no address. */
  readonly looks: number;
  readonly backend: Backend | undefined;
}

export type InstanceChange =
  /** An event. `replayed`: it may be old, so that nothing but a signal may act at once. */
  | { readonly kind: 'told'; readonly news: EventEffect; readonly tick: number; readonly replayed: boolean }
  /** An inspect that was asked at `tick`. */
  | { readonly kind: 'seen'; readonly container: Container; readonly tick: number }
  | { readonly kind: 'probed'; readonly life: string }
  | { readonly kind: 'missed'; readonly life: string; readonly miss: ProbeFailure }
  | { readonly kind: 'released' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'supplanted'; readonly by: string | undefined };

export interface TrackingSetting {
  /** The name of the funkos' network. */
  readonly network: string;
  /** Milliseconds since 1970, our clock. */
  readonly now: number;
}

const UNKNOWN: Instance = {
  container: undefined,
  heard: '0',
  named: undefined,
  takenAway: undefined,
  signal: undefined,
  readyLife: undefined,
  missed: undefined,
  releasedRun: undefined,
  supplantedBy: undefined,
  looks: 0,
  backend: undefined,
};

/** What is known of a container after this change; `before` is undefined for one of which nothing was known. */
export function reduce(
  before: Instance | undefined,
  change: InstanceChange,
  setting: TrackingSetting,
): Instance {
  const next = applied(before ?? UNKNOWN, change, setting);
  return { ...next, backend: backendOf(next, setting) };
}

/** When a container should be inspected again although nothing happened, in ms from now; undefined: not at all. */
export function lookAgainMs(instance: Instance, now: number): number | undefined {
  const { signal, looks, container } = instance;
  if (container?.status !== 'running') return undefined;
  if (looks > 0 && looks <= MOST_LOOKS) return FIRST_LOOK_MS * 2 ** (looks - 1);
  return signal && isEnding(instance)
    ? Math.max(1, believedUntil(signal, instance.container) - now)
    : undefined;
}

/**
 * Whether what is known of a container that was just inspected may still be of use: it is an instance, or it has been
 * told to stop and might become one again on its way to its end.
 */
export function isWorthKeeping(instance: Instance): boolean {
  const { backend, container } = instance;
  return backend !== undefined || (container !== undefined && isAlive(container) && isEnding(instance));
}

function applied(known: Instance, change: InstanceChange, setting: TrackingSetting): Instance {
  switch (change.kind) {
    case 'told':
      return told(known, change, setting.now);
    case 'seen':
      return seen(known, change, setting);
    case 'probed':
      return known.backend?.life === change.life ? { ...known, readyLife: change.life } : known;
    case 'missed':
      return { ...known, missed: { life: change.life, miss: change.miss } };
    case 'released':
      return { ...known, releasedRun: runOf(known) };
    case 'resumed':
      return { ...known, releasedRun: undefined };
    case 'supplanted':
      return { ...known, supplantedBy: change.by };
  }
}

function told(known: Instance, change: Extract<InstanceChange, { kind: 'told' }>, now: number): Instance {
  const { news, tick } = change;
  const { atOnce, timeNano } = news;
  const isNew = isLater(timeNano, known.heard);
  const next = isNew ? { ...known, heard: timeNano } : known;
  if (atOnce.kind === 'signal') return signalled(next, atOnce.signal, timeNano, now);
  // What is old, or of an earlier run, has been made good since, as far as we know; the inspect will tell.
  const startedLater = isLater(nanosOf(known.container?.startedAt ?? null), timeNano);
  if (!isNew || change.replayed || startedLater) return next;
  if (atOnce.kind === 'takenAway') {
    // What has ended leaves the network after that.
    const endedBefore = atOnce.obstacle.state === 'stopping' && known.backend?.state === 'stopped';
    return endedBefore ? next : { ...next, takenAway: { obstacle: atOnce.obstacle, tick } };
  }
  if (atOnce.kind !== 'renamed') return next;
  return withName({ ...next, named: { name: atOnce.name, tick } });
}

/**
 * A signal that ends the container makes it `stopping`, unless that very signal was told of before. Of a container that
 * was not inspected yet the stop signal is unknown: then any signal is kept until `seen` knows better.
 */
function signalled(known: Instance, sent: string, at: string, now: number): Instance {
  const { container, signal } = known;
  const ends = endsContainer(sent, container?.stopSignal ?? 'SIGTERM');
  const isNews = signal === undefined || isLater(at, signal.at);
  if (!isNews || (!ends && (container !== undefined || signal !== undefined))) return known;
  return { ...known, signal: { sent, at, told: now, outlived: false } };
}

/** As long as this (ms since 1970, our clock) a container is believed to end. Its own stop timeout may be known only after the signal. */
function believedUntil({ told }: StopSignal, container: Container | undefined): number {
  return told + (container?.stopTimeout ?? DEFAULT_STOP_SECONDS) * 1000 + STOP_MARGIN_MS;
}

function seen(
  known: Instance,
  change: Extract<InstanceChange, { kind: 'seen' }>,
  setting: TrackingSetting,
): Instance {
  const { container, tick } = change;
  const attachment = container.networks[setting.network];
  const addressLess = container.status === 'running' && attachment?.address === null;
  const next = withName({
    ...known,
    container,
    signal: known.signal && endsContainer(known.signal.sent, container.stopSignal) ? known.signal : undefined,
    named: known.named && known.named.tick > tick ? known.named : undefined,
    takenAway: known.takenAway && known.takenAway.tick > tick ? known.takenAway : undefined,
    looks: addressLess ? known.looks + 1 : 0,
  });
  return outlived(next, setting.now);
}

/**
 * A container that still runs long after its stop signal ignores it, or was told to with a longer deadline than its
 * own. It is not believed to end any more; but it may have closed its port, so it must show again that it is ready.
 */
function outlived(instance: Instance, now: number): Instance {
  const { signal, container } = instance;
  if (!signal || !isEnding(instance) || container?.status !== 'running') return instance;
  if (now < believedUntil(signal, container)) return instance;
  return { ...instance, signal: { ...signal, outlived: true }, readyLife: undefined };
}

function withName(instance: Instance): Instance {
  const { container, named } = instance;
  return container && named ? { ...instance, container: { ...container, name: named.name } } : instance;
}

function backendOf(instance: Instance, { network, now }: TrackingSetting): Backend | undefined {
  const { container, takenAway, readyLife, missed, backend: before } = instance;
  if (!container) return undefined;
  const obstacle = takenAway?.obstacle ?? supplanted(instance);
  const readiness = { takenAway: obstacle, stopping: stoppingReason(instance), readyLife, missed };
  const backend = containerToBackend(container, network, readiness, new Date(now).toISOString());
  if (backend && isBeingGivenAnAddress(instance, backend)) {
    return { ...backend, state: 'starting', reason: `it has no address on ${network} yet`, fix: null };
  }
  if (!backend || !before) return backend;
  return before.state === backend.state && before.life === backend.life
    ? { ...backend, since: before.since }
    : backend;
}

/** For a moment after its start a container may run without an address. */
function isBeingGivenAnAddress({ looks }: Instance, { state, address }: Backend): boolean {
  return state === 'misplaced' && address === null && looks > 0 && looks <= MOST_LOOKS;
}

function supplanted({ supplantedBy }: Instance): Obstacle | undefined {
  if (supplantedBy === undefined) return undefined;
  return {
    state: 'misplaced',
    reason: `its address is that of container ${supplantedBy.slice(0, 12)} now`,
    fix: null,
  };
}

function stoppingReason(instance: Instance): string | undefined {
  if (instance.releasedRun !== undefined && instance.releasedRun === runOf(instance))
    return 'FaaSO takes it out of service';
  return isEnding(instance) ? 'it was told to stop' : undefined;
}

/** Whether the last stop signal was for the present run and is still believed. */
function isEnding({ signal, container }: Instance): boolean {
  if (!signal || signal.outlived || !container) return false;
  return !isLater(nanosOf(container.startedAt), signal.at);
}

function runOf({ container }: Instance): string {
  return container?.startedAt ?? 'never';
}
