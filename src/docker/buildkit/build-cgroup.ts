/**
 * The cgroup that builds run in, and its limits. BuildKit limits no build, but it runs a build's steps in the cgroup that it is told.
 * The engine has no call that gives a cgroup limits and no container, so a container that has the host's cgroups writes them.
 */
import type { HostConfig } from 'dockerode';
import { FaasoError } from '../../errors.ts';
import { CGROUP_SCRIPT } from './cgroup-script.ts';
import type { Engine } from '../engine/engine.ts';
import { runOnce, type OneShotOutput } from '../one-shot.ts';

export interface CgroupLimits {
  /** In bytes, swap included. */
  readonly memoryBytes: number;
  /** In cores; 0: any. */
  readonly cpus: number;
  /** The weight where others want the processor too, as cgroup version 1 and Docker count it: 1024 is the usual one. */
  readonly cpuShares: number;
  readonly processes: number;
}

export interface LimitCgroupOptions {
  /** An absolute path in the host's cgroups. */
  readonly cgroup: string;
  readonly limits: CgroupLimits;
  /** The name of the container that sets them. */
  readonly name: string;
  /** An image with a shell. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface LimitedCgroup {
  /** What the host has no limit for, as `memory`; empty if all are set. */
  readonly missing: readonly string[];
  /** How many processes the kernel has ended for want of memory; with cgroup version 1 on the whole machine. */
  readonly kills: number;
  /** Whether the memory was used up since the limits were set before this time; always with version 2, where `kills` says it. */
  readonly wasFull: boolean;
}

const CGROUPS = '/sys/fs/cgroup';
/** dockerode's types do not know it. */
const HOSTS_CGROUPS: HostConfig = { CgroupnsMode: 'host' } as HostConfig;
const QUOTA_PERIOD_US = 100_000;
const known = new WeakMap<Engine, Promise<string | undefined>>();

/**
 * The cgroup that the engine's builds are to run in; undefined: the one that the engine chooses, since it is told so, has refused
 * ours, or runs without root. Never throws: an engine that does not say what it can do is tried.
 */
export async function buildCgroup(engine: Engine): Promise<string | undefined> {
  const asked = known.get(engine) ?? chosen(engine);
  known.set(engine, asked);
  return asked;
}

/** From now on the engine's builds run where it puts them. */
export function forgoBuildCgroup(engine: Engine): void {
  known.set(engine, Promise.resolve(undefined));
}

/** Without root the engine may not put what it likes into which cgroup it likes. */
async function chosen(engine: Engine): Promise<string | undefined> {
  if (engine.buildCgroup === null) return undefined;
  const info = await engine.get('asking what the engine can do', '/info').catch(() => undefined);
  const { SecurityOptions } = Object(info) as { readonly SecurityOptions?: readonly string[] | null };
  const isRootless = SecurityOptions?.some((option) => option.includes('name=rootless'));
  return isRootless === true ? undefined : engine.buildCgroup;
}

/** Makes the cgroup if there is none, and sets its limits. Throws `engine_*`. */
export async function limitCgroup(engine: Engine, options: LimitCgroupOptions): Promise<LimitedCgroup> {
  const { name, image, labels } = options;
  const output = await runOnce(engine, {
    name,
    Image: image,
    Entrypoint: ['/bin/sh', '-c', CGROUP_SCRIPT],
    Cmd: [],
    User: '0:0',
    Env: environmentOf(options),
    Labels: { ...labels },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...HOSTS_CGROUPS,
      Mounts: [{ Type: 'bind', Source: CGROUPS, Target: CGROUPS, ReadOnly: false }],
      AutoRemove: true,
      // Root of the host's, also where containers have another one.
      UsernsMode: 'host',
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      // The topmost folders of cgroups are read-only by their mode.
      CapAdd: ['DAC_OVERRIDE'],
      SecurityOpt: ['no-new-privileges', 'label=disable'],
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  return limitedOf(output);
}

function environmentOf({ cgroup, limits }: LimitCgroupOptions): string[] {
  const { memoryBytes, cpus, cpuShares, processes } = limits;
  return [
    `CGROUP=${cgroup}`,
    `MEMORY=${memoryBytes}`,
    `QUOTA=${cpus === 0 ? -1 : Math.max(1000, Math.round(cpus * QUOTA_PERIOD_US))}`,
    `SHARES=${cpuShares}`,
    `WEIGHT=${weightOf(cpuShares)}`,
    `PIDS=${processes}`,
  ];
}

/** Shares, 2 to 262144, as the weight of cgroup version 2, 1 to 10000, as runc converts them. */
function weightOf(cpuShares: number): number {
  return 1 + Math.floor(((cpuShares - 2) * 9999) / 262_142);
}

/** What the script wrote. Throws `engine_failed` with its words if it did not get to its end. */
export function limitedOf({ stdout, stderr }: OneShotOutput): LimitedCgroup {
  const end = /^done (\d+) ([01])$/m.exec(stdout);
  if (!end)
    throw new FaasoError('engine_failed', `Setting the limits failed: ${stderr.trim() || 'no answer'}`);
  const missing = [...stdout.matchAll(/^missing (.+)$/gm)].map(([, what = '']) => what);
  return { missing, kills: Number(end[1]), wasFull: end[2] === '1' };
}
