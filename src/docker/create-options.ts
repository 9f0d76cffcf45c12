/** What the engine is told when an instance is created: everything that is safe, unless funko.yml says otherwise. Pure. */
import type { ContainerCreateOptions, HealthConfig, HostConfig } from 'dockerode';
import { containerRules, type ContainerRules, type Healthcheck } from '../funko/container-rules.ts';
import { DEFAULT_START_SECONDS } from '../funko/defaults.ts';

export interface InstanceSpec {
  readonly name: string;
  /** Image ID or tag. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** What funko.yml says; the safe defaults if absent. */
  readonly rules?: ContainerRules;
  readonly network: string;
  readonly aliases: readonly string[];
  /** What runs in place of the image's own entrypoint and command. */
  readonly command?: readonly [string, ...string[]];
  /** Whether the health check of the image is off. */
  readonly noHealthcheck?: boolean;
  /** Whether the engine's init is the first process; it is if absent. */
  readonly init?: boolean;
  /** How long failed health checks don't count, in ms, and Docker checks every second until the first success; `DEFAULT_START_SECONDS` if absent. */
  readonly startsWithinMs?: number;
  /** Also publishes this port of the container on a free port of 127.0.0.1. */
  readonly publish?: { readonly containerPort: number };
}

const DEFAULT_RULES = containerRules('', {});
const NANOSECONDS_IN_MS = 1e6;
const CHECK_AT_START_EVERY_MS = 1_000;
/** A `/tmp` in memory, which counts as the container's memory. */
const TMP_OPTIONS = 'rw,noexec,nosuid,nodev,mode=1777';

/** The body of the engine's "create a container". */
export function createOptions(spec: InstanceSpec): ContainerCreateOptions {
  const port = spec.publish && `${spec.publish.containerPort}/tcp`;
  const { rules = DEFAULT_RULES } = spec;
  const { user, healthcheck } = rules;
  const [entrypoint, ...words] = spec.command ?? [];
  return {
    name: spec.name,
    Image: spec.image,
    Labels: { ...spec.labels },
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    ...(entrypoint === undefined ? {} : { Entrypoint: [entrypoint], Cmd: words }),
    ...(user === null ? {} : { User: user }),
    ...(spec.noHealthcheck === true ? { Healthcheck: { Test: ['NONE'] } } : {}),
    ...(healthcheck === null ? {} : { Healthcheck: healthcheckOf(healthcheck, spec.startsWithinMs) }),
    ...(port === undefined ? {} : { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      NetworkMode: spec.network,
      Init: spec.init ?? true,
      ...hostConfigOf(rules),
      ...(port === undefined ? {} : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
    },
    NetworkingConfig: { EndpointsConfig: { [spec.network]: { Aliases: [...spec.aliases] } } },
  };
}

function hostConfigOf(rules: ContainerRules): HostConfig {
  return {
    RestartPolicy: { Name: rules.restart },
    SecurityOpt: ['no-new-privileges'],
    CapDrop: ['ALL'],
    ...(rules.capabilities.length === 0 ? {} : { CapAdd: [...rules.capabilities] }),
    Memory: rules.memory,
    // The same number for both together: no swap.
    MemorySwap: rules.memory,
    PidsLimit: rules.pids,
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    ...(rules.nanoCpus === 0 ? {} : { NanoCpus: rules.nanoCpus }),
    ...(rules.readonly ? { ReadonlyRootfs: true, Tmpfs: { '/tmp': TMP_OPTIONS } } : {}),
    Mounts: rules.volumes.map(({ name, target, labels, readonly }) => ({
      Type: 'volume',
      Source: name,
      Target: target,
      ReadOnly: readonly,
      // A new volume has what the image has at that place already (volume-owner.ts). The engine would make an empty one root's again.
      VolumeOptions: {
        NoCopy: true,
        Labels: { ...labels },
        DriverConfig: { Name: 'local', Options: {} },
      },
    })),
  };
}

/** An engine older than API 1.44 ignores StartInterval. */
function healthcheckOf(check: Healthcheck, startsWithinMs = DEFAULT_START_SECONDS * 1000): HealthConfig {
  const { command, isShell = false, intervalMs, timeoutMs, retries } = check;
  const { startPeriodMs = 0, startIntervalMs = CHECK_AT_START_EVERY_MS } = check;
  return {
    Test: [isShell ? 'CMD-SHELL' : 'CMD', ...command],
    Interval: intervalMs * NANOSECONDS_IN_MS,
    Timeout: timeoutMs * NANOSECONDS_IN_MS,
    Retries: retries,
    StartPeriod: Math.max(startsWithinMs, startPeriodMs) * NANOSECONDS_IN_MS,
    StartInterval: Math.min(CHECK_AT_START_EVERY_MS, startIntervalMs, intervalMs) * NANOSECONDS_IN_MS,
  };
}
