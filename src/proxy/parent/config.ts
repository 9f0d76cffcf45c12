/**
 * The proxy's settings: each once, with its default, its rule and its help. The environment is read here and
 * nowhere else in the proxy; docs/settings.md is generated from SETTINGS. A bad value stops the start.
 */
import { availableParallelism } from 'node:os';
import { FaasoError } from '../../errors.ts';
import { BUILD_CGROUP_PATTERN, BUILD_CGROUP_RULE, DEFAULT_BUILD_CGROUP } from '../../funko/build-cgroup.ts';
import { DEFAULT_KEPT_VERSIONS } from '../../funko/defaults.ts';
import { DEFAULT_NETWORK, NETWORK_PATTERN, PROXY_PORT } from '../../funko/naming/names.ts';
import { HOST_PATTERN } from '../../funko/manifest/traffic-schema.ts';
import type { LogLevel } from '../../logger.ts';
import { Trust } from '../forward/request/trust.ts';

interface SettingRule<T> {
  readonly default: T;
  readonly help: string;
  /** What is allowed, for the error message and the docs. */
  readonly rule: string;
  /** The value, or undefined if the text breaks the rule. */
  readonly parse: (text: string) => T | undefined;
}

function count(initial: number, least: number, most: number, help: string): SettingRule<number> {
  return {
    default: initial,
    help,
    rule: `a whole number from ${least} to ${most}`,
    parse: (text) => {
      const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

function matching(initial: string, pattern: RegExp, rule: string, help: string): SettingRule<string> {
  return { default: initial, help, rule, parse: (text) => (pattern.test(text) ? text : undefined) };
}

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] satisfies LogLevel[];
const ABSOLUTE = /^\/[^\0]*$/;

/** Every setting of the proxy, by the name of its environment variable. */
export const SETTINGS = {
  FAASO_NETWORK: matching(
    DEFAULT_NETWORK,
    NETWORK_PATTERN,
    'the name of a Docker network',
    'The network that funkos and the proxy share.',
  ),
  FAASO_WORKERS: count(
    0,
    0,
    64,
    'Worker processes that carry the traffic; 0 means as many as there are cores.',
  ),
  FAASO_LOG_LEVEL: {
    default: 'info',
    help: 'Log lines below this level are dropped. Requests are logged at `info`.',
    rule: LEVELS.join(', '),
    parse: (text: string) => (LEVELS.includes(text) ? (text as LogLevel) : undefined),
  } as SettingRule<LogLevel>,
  FAASO_RESYNC_SECONDS: count(
    60,
    1,
    86_400,
    'How often the routing table is compared with a full list of containers, in addition to events.',
  ),
  FAASO_DRAIN_SECONDS: count(
    25,
    0,
    3600,
    'How long requests in flight may take when the proxy stops; then they are cut. Keep it below the stop grace period of the container.',
  ),
  FAASO_CONNECT_TIMEOUT_MS: count(2000, 1, 600_000, 'How long connecting to a funko may take.'),
  FAASO_HEADERS_TIMEOUT_SECONDS: count(
    60,
    1,
    86_400,
    'How long a funko may take from the end of the request to the head of its response.',
  ),
  FAASO_BODY_IDLE_SECONDS: count(
    0,
    0,
    86_400,
    'How long a response body may pause; 0 means without limit, as event streams need.',
  ),
  FAASO_MAX_HEAD_KIB: count(
    16,
    1,
    1024,
    'The largest head of a request (a larger one gets a 431) and of a response (a larger one becomes a 502), in KiB. Each connection may take that much memory.',
  ),
  FAASO_MAX_CONNECTIONS: count(10_000, 1, 1_000_000, 'The most connections of clients to each worker.'),
  FAASO_FUNKO_CONNECTIONS: count(
    1024,
    1,
    1_000_000,
    'The most connections that each worker makes to one instance. Further requests wait up to 10 s for a free connection, then they get a 503.',
  ),
  FAASO_MAX_BODY_MIB: count(
    0,
    0,
    1_048_576,
    'The largest body of a request to a funko, in MiB, if its funko.yml sets no limit. 0 means no limit; bodies are streamed.',
  ),
  FAASO_HOSTS: {
    default: '',
    help: 'Host names that funkos answer to; a request with another Host gets a 421. Empty: all names. A funko.yml can allow fewer.',
    rule: 'host names such as example.com or *.example.com, with commas between them',
    parse: (text: string) => (listOf(text).every((host) => HOST_PATTERN.test(host)) ? text : undefined),
  } as SettingRule<string>,
  FAASO_TRUSTED_ADDRESSES: {
    default: '',
    help: 'Proxies in front of this one whose X-Forwarded-For, -Host and -Proto are trusted.',
    rule: 'IP addresses or subnets such as 10.0.0.0/8, with commas between them',
    parse: (text: string) => (areAddresses(listOf(text)) ? text : undefined),
  } as SettingRule<string>,
  FAASO_MAX_CONTEXT_MIB: count(2048, 1, 1_048_576, 'The largest build context that is accepted, in MiB.'),
  FAASO_CONTEXT_PACE_SECONDS: count(
    30,
    1,
    3600,
    'An upload of a build context is aborted after this time with less than 1 KiB a second.',
  ),
  FAASO_BUILD_SECONDS: count(1800, 1, 86_400, 'How long one build may take.'),
  FAASO_BUILDS: count(
    0,
    0,
    64,
    'How many builds (N) run at a time; 0 means as many as there are cores, at least 2. When a build has run for 5 s, another may start beside it. At most 2 × N − 1 builds run in all.',
  ),
  FAASO_BUILD_QUEUE: count(20, 0, 10_000, 'How many more builds may wait for their turn.'),
  FAASO_BUILD_MEMORY_MIB: count(
    0,
    0,
    16_777_216,
    "How much memory the steps of builds may have, all builds together, in MiB; 0 means half of the machine's.",
  ),
  FAASO_BUILD_CPUS: count(
    0,
    0,
    1024,
    'How many processors the steps of builds may keep busy, all builds together; 0 means all that are idle otherwise.',
  ),
  FAASO_BUILD_CGROUP: matching(
    DEFAULT_BUILD_CGROUP,
    BUILD_CGROUP_PATTERN,
    BUILD_CGROUP_RULE,
    'The cgroup on the host that the steps of builds run in, and that has their limits; `none` means no limits. Builds share their cache with those of the same path only.',
  ),
  FAASO_KEEP_VERSIONS: count(
    DEFAULT_KEPT_VERSIONS,
    1,
    1000,
    'How many of the newest versions of a funko stay after a build or a change of its variables.',
  ),
  FAASO_FUNKO_MIB: count(
    0,
    0,
    16_777_216,
    "How much a build leaves of a funko's versions on the disk, in MiB, if enough of them can go; 0 means any.",
  ),
  FAASO_BUILD_CACHE_MIB: count(
    10_240,
    0,
    16_777_216,
    "After each build, the engine's build cache is reduced to this size, in MiB. It is one cache for all builds of the engine, also those that FaaSO did not start.",
  ),
  FAASO_LISTEN_PORT: count(
    PROXY_PORT,
    1,
    65_535,
    'The port inside the container; publish another one in Compose.',
  ),
  FAASO_ENGINE_SOCKET: matching(
    '/var/run/docker.sock',
    ABSOLUTE,
    'an absolute path',
    "The engine's socket. Only the parent process can open it.",
  ),
  FAASO_DATA: matching(
    '/data',
    ABSOLUTE,
    'an absolute path',
    'The folder of the token and of the logs of removed instances.',
  ),
  FAASO_ADMIN_SOCKET: matching(
    '/run/faaso/admin.sock',
    ABSOLUTE,
    'an absolute path',
    "The parent's socket, which the workers forward `/admin/` to.",
  ),
  FAASO_WORKER_ID: count(
    10_001,
    0,
    4_000_000_000,
    'The user and group id that the workers run as, when the parent is root; 0, for development only: as the parent.',
  ),
} satisfies Record<string, SettingRule<string> | SettingRule<number> | SettingRule<LogLevel>>;

/** The entries of a setting that is a list with commas. */
export function listOf(text: string): string[] {
  return text.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
}

function areAddresses(addresses: readonly string[]): boolean {
  try {
    new Trust(addresses);
    return true;
  } catch {
    return false;
  }
}

type Values = { readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['default'] };

/** The settings, parsed, by the name of their variable. */
export interface ProxyConfig extends Values {
  /** How many workers there are: FAASO_WORKERS, or the cores. */
  readonly workers: number;
}

/**
 * Reads the settings. An empty variable counts as unset, as Compose passes it on.
 * Throws `bad_setting` that names the variable, its value and what is allowed.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ProxyConfig {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS))
    values[name] = valueOf(name, setting, environment[name]);
  const parsed = values as unknown as Values;
  return { ...parsed, workers: parsed.FAASO_WORKERS || availableParallelism() };
}

function valueOf(
  name: string,
  setting: { default: unknown; rule: string; parse(text: string): unknown },
  text: string | undefined,
): unknown {
  if (text === undefined || text === '') return setting.default;
  const value = setting.parse(text);
  if (value !== undefined) return value;
  throw new FaasoError('bad_setting', `${name} is "${text}"; it must be ${setting.rule}.`);
}
