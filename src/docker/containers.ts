/** Reading containers. What the engine says is turned into our own shapes here, once. */
import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import { unlessMissing, type Engine } from './engine/engine.ts';
import { listed } from './engine/list.ts';

export type ContainerStatus =
  'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
/** `none`: the container has no health check. */
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface Attachment {
  readonly networkId: string;
  /** The IPv4 address, or the IPv6 address if there is no IPv4 address; null while there is none. */
  readonly address: string | null;
  readonly aliases: readonly string[];
}

/** One container, as an inspect shows it. */
export interface Container {
  readonly id: string;
  /** Without the slash. */
  readonly name: string;
  /** The image's name as it was given at creation. */
  readonly image: string;
  readonly imageId: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601; null if it never ran. */
  readonly startedAt: string | null;
  readonly status: ContainerStatus;
  readonly exitCode: number;
  /** Its memory limit in bytes, if the kernel killed it the last time since it wanted more (0: it has none); else null. */
  readonly overMemory: number | null;
  readonly restartCount: number;
  readonly health: Health;
  readonly labels: Readonly<Record<string, string>>;
  /** As `SIGTERM`, whatever way it was written in the image. */
  readonly stopSignal: string;
  /** Seconds that `docker stop` waits before it kills. */
  readonly stopTimeout: number;
  /** As it was created: a network's name, `host`, `none`, or `container:ID` for one that shares another's network. */
  readonly networkMode: string;
  readonly networks: Readonly<Record<string, Attachment>>;
  /** Published TCP ports. */
  readonly ports: readonly { readonly container: number; readonly host: number }[];
}

/** One container, as the list shows it: no aliases, no stop signal, no time of start. */
export interface ContainerRow {
  readonly id: string;
  /** Without slashes. */
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly status: ContainerStatus;
  readonly health: Health;
  /** Only those that begin with `faaso.`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly networks: Readonly<Record<string, Omit<Attachment, 'aliases'>>>;
  /** ISO 8601. */
  readonly createdAt: string;
}

const DEFAULT_STOP_SIGNAL = 'SIGTERM';
const DEFAULT_STOP_SECONDS = 10;
/** What the engine writes for "never". */
const NEVER = '0001-01-01T00:00:00Z';

/**
 * One container by ID or name; undefined if there is none.
 * Throws `engine_unreachable`, `engine_timeout`, `engine_failed`.
 */
export async function inspectContainer(
  engine: Engine,
  idOrName: string,
  signal?: AbortSignal,
): Promise<Container | undefined> {
  const found = await inspected(engine, idOrName, signal);
  return found && containerOf(found);
}

/** As the engine tells it; undefined if there is none. Throws `engine_*`. */
export async function inspected(
  engine: Engine,
  idOrName: string,
  signal?: AbortSignal,
): Promise<ContainerInspectInfo | undefined> {
  const path = `/containers/${encodeURIComponent(idOrName)}/json`;
  const found = await unlessMissing(engine.get(`inspecting container ${idOrName}`, path, signal));
  return found as ContainerInspectInfo | undefined;
}

/**
 * All containers, running or not; with `label` (`key` or `key=value`) those that carry it.
 * Throws `engine_unreachable`, `engine_timeout`, `engine_failed`.
 */
export async function listContainers(
  engine: Engine,
  options: { readonly label?: string } = {},
  signal?: AbortSignal,
): Promise<ContainerRow[]> {
  const filters = options.label === undefined ? {} : { filters: { label: [options.label] } };
  const query = { path: '/containers/json?', query: { all: true, ...filters } };
  return listed(engine, 'listing containers', query, rowOf, { signal });
}

/** Our shape of an inspect's answer. */
export function containerOf(info: ContainerInspectInfo): Container {
  const { Config, State, HostConfig, NetworkSettings } = info;
  const stopping = Config as { StopSignal?: string; StopTimeout?: number };
  return {
    id: info.Id,
    name: withoutSlash(info.Name),
    image: Config.Image,
    imageId: info.Image,
    createdAt: info.Created,
    startedAt: State.StartedAt === NEVER ? null : State.StartedAt,
    status: statusOfState(State),
    exitCode: State.ExitCode,
    overMemory: State.OOMKilled ? (HostConfig.Memory ?? 0) : null,
    restartCount: info.RestartCount,
    health: healthOf(info),
    labels: labelsOf(Config.Labels),
    stopSignal: signalName(stopping.StopSignal),
    stopTimeout: stopping.StopTimeout ?? DEFAULT_STOP_SECONDS,
    networkMode: HostConfig.NetworkMode ?? 'default',
    networks: attachments(NetworkSettings.Networks),
    ports: publishedPorts(NetworkSettings.Ports),
  };
}

/** The engine says null where there are no labels, against its types. */
export function labelsOf(labels: Record<string, string> | null | undefined): Record<string, string> {
  return labels ?? {};
}

/** A signal as `SIGTERM`, from `SIGTERM`, `TERM`, `15` or nothing. */
export function signalName(text: string | undefined): string {
  if (text === undefined || text === '') return DEFAULT_STOP_SIGNAL;
  const upper = text.toUpperCase();
  if (/^[0-9]+$/.test(upper)) return SIGNAL_NUMBERS[Number(upper)] ?? upper;
  return upper.startsWith('SIG') ? upper : `SIG${upper}`;
}

const SIGNAL_NUMBERS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  28: 'SIGWINCH',
};

function rowOf(info: ContainerInfo): ContainerRow {
  return {
    id: info.Id,
    name: withoutSlash(info.Names.find((name) => !name.slice(1).includes('/')) ?? info.Names[0] ?? ''),
    image: info.Image,
    imageId: info.ImageID,
    status: info.State as ContainerStatus,
    health: healthOfWords(info.Status),
    labels: ownLabels(labelsOf(info.Labels)),
    networks: attachments(info.NetworkSettings.Networks),
    createdAt: new Date(info.Created * 1000).toISOString(),
  };
}

/** Those that FaaSO reads: a list holds what all containers of the engine have. */
function ownLabels(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key.startsWith('faaso.')));
}

function withoutSlash(name: string): string {
  return name.replace(/^\//, '');
}

function statusOfState(state: ContainerInspectInfo['State']): ContainerStatus {
  if (state.Running && state.Paused) return 'paused';
  return state.Status as ContainerStatus;
}

/** Whether its program runs or is paused. */
export function isAlive({ status }: Pick<Container, 'status'>): boolean {
  return status === 'running' || status === 'paused';
}

/** A container whose HEALTHCHECK is NONE has no `Health`, or one whose status is `none`. */
export function healthOf(info: ContainerInspectInfo): Health {
  const status: string | undefined = info.State.Health?.Status;
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

/** The list tells health only in words: `Up 2 minutes (healthy)`. */
function healthOfWords(words: string): Health {
  if (words.includes('(health: starting)')) return 'starting';
  if (words.includes('(unhealthy)')) return 'unhealthy';
  return words.includes('(healthy)') ? 'healthy' : 'none';
}

type Endpoints = Record<
  string,
  { NetworkID: string; IPAddress: string; GlobalIPv6Address: string; Aliases?: string[] | null }
>;

function attachments(endpoints: Endpoints | null | undefined): Record<string, Attachment> {
  const known: Record<string, Attachment> = {};
  for (const [name, endpoint] of Object.entries(endpoints ?? {})) {
    const address = endpoint.IPAddress || endpoint.GlobalIPv6Address || null;
    known[name] = { networkId: endpoint.NetworkID, address, aliases: endpoint.Aliases ?? [] };
  }
  return known;
}

type Ports = Record<string, { HostPort: string }[] | null>;

function publishedPorts(ports: Ports | null): Container['ports'] {
  return Object.entries(ports ?? {}).flatMap(([key, bindings]) => {
    const [port, protocol] = key.split('/');
    if (protocol !== 'tcp') return [];
    return (bindings ?? []).map((binding) => ({ container: Number(port), host: Number(binding.HostPort) }));
  });
}
