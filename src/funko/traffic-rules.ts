/** What a funko's own settings say about forwarding to it, in the units that the proxy works with. Pure. */
import { FaasoError, messageOf } from '../errors.ts';
import { checkOf } from './manifest/manifest-errors.ts';
import { bytesOf } from './sizes.ts';
import { TRAFFIC_KEYS, TRAFFIC_SCHEMA } from './manifest/traffic-schema.ts';
import { LABEL } from './naming/labels.ts';
import { DEFAULT_QUEUE, DEFAULT_WAIT_SECONDS } from './defaults.ts';

/** As they are written in funko.yml: times in seconds. A key that is not there leaves it to the proxy's settings. */
export interface TrafficKeys {
  readonly timeouts?: {
    readonly connect?: number;
    readonly headers?: number;
    readonly idle?: number;
    readonly drain?: number;
    /** Not the proxy's: how long an instance may take to get ready. */
    readonly start?: number;
    /** Nor this: how long the release command may take. */
    readonly release?: number;
  } | null;
  readonly limits?: { readonly body?: string | number } | null;
  readonly concurrency?:
    number | { readonly requests: number; readonly queue?: number; readonly wait?: number } | null;
  readonly hosts?: readonly string[] | null;
}

/** Null: as the proxy's settings say. */
export interface TrafficRules {
  readonly connectMs: number | null;
  readonly headersMs: number | null;
  /** 0: for ever. */
  readonly idleMs: number | null;
  /** How long requests in flight may take to end when the instance is to go; null: as long as usual. */
  readonly drainMs: number | null;
  /** The largest body of a request, in bytes; 0: any. */
  readonly bodyBytes: number | null;
  /** Lower case; an entry that begins with `*.` stands for every name that ends as it does. */
  readonly hosts: readonly string[] | null;
  readonly concurrency: Concurrency | null;
}

export interface Concurrency {
  /** Requests in flight to the funko at the same time. */
  readonly requests: number;
  /** Requests that may wait. */
  readonly queue: number;
  /** How long each may wait, in ms. */
  readonly waitMs: number;
}

const problemsOf = checkOf(TRAFFIC_SCHEMA);

/** The value of the label `faaso.traffic` for a manifest; undefined if it says nothing about forwarding. */
export function trafficLabel(manifest: TrafficKeys): string | undefined {
  const keys = Object.keys(TRAFFIC_KEYS) as (keyof TrafficKeys)[];
  const written = keys.filter((key) => manifest[key] !== undefined && manifest[key] !== null);
  if (written.length === 0) return undefined;
  return JSON.stringify(Object.fromEntries(written.map((key) => [key, manifest[key]])));
}

/**
 * The rules in a container's labels.
 * @returns null if it has none
 * @throws FaasoError `bad_manifest` for a label that holds something else
 */
export function rulesOf(labels: Readonly<Record<string, string>>): TrafficRules | null {
  const label = labels[LABEL.traffic];
  if (label === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(label);
  } catch (error) {
    throw new FaasoError('bad_manifest', `it is not JSON (${messageOf(error)})`, { cause: error });
  }
  const problems = problemsOf(value);
  if (problems.length > 0) {
    throw new FaasoError('bad_manifest', problems.map(({ message }) => message).join('; '));
  }
  return toRules(value as TrafficKeys);
}

function toRules({ timeouts, limits, concurrency, hosts }: TrafficKeys): TrafficRules {
  return {
    connectMs: milliseconds(timeouts?.connect),
    headersMs: milliseconds(timeouts?.headers),
    idleMs: milliseconds(timeouts?.idle),
    drainMs: milliseconds(timeouts?.drain),
    bodyBytes: limits?.body === undefined ? null : bytesOf(limits.body),
    hosts: hosts?.map((host) => host.toLowerCase()) ?? null,
    concurrency: concurrencyOf(concurrency ?? null),
  };
}

function concurrencyOf(value: NonNullable<TrafficKeys['concurrency']> | null): Concurrency | null {
  if (value === null) return null;
  const { requests, queue, wait }: Exclude<typeof value, number> =
    typeof value === 'number' ? { requests: value } : value;
  return { requests, queue: queue ?? DEFAULT_QUEUE, waitMs: (wait ?? DEFAULT_WAIT_SECONDS) * 1000 };
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1000);
}
