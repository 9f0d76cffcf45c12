/** What a funko's own settings say about its containers, in the engine's units, with the defaults filled in. Pure. */
import type { Capability } from './manifest/container-schema.ts';
import { SECRETS_FOLDER, secretsVolume } from './naming/secret-names.ts';
import { bytesOf } from './sizes.ts';
import { LABEL } from './naming/labels.ts';
import { volumeName } from './naming/container-names.ts';
import {
  DEFAULT_CHECK_INTERVAL_SECONDS,
  DEFAULT_CHECK_RETRIES,
  DEFAULT_CHECK_TIMEOUT_SECONDS,
  DEFAULT_MEMORY,
  DEFAULT_PIDS,
} from './defaults.ts';

export type Restart = 'unless-stopped' | 'always' | 'on-failure' | 'no';

/** As they are written in funko.yml. */
export interface ContainerKeys {
  readonly port?: number | null;
  readonly resources?: { readonly memory?: string; readonly cpus?: number; readonly pids?: number } | null;
  readonly readonly?: boolean | null;
  readonly user?: string | number | null;
  readonly capabilities?: readonly Capability[] | null;
  /** Names. */
  readonly secrets?: readonly string[] | null;
  /** Name → number of characters. */
  readonly generated_secrets?: Readonly<Record<string, number>> | null;
  /** Name → folder in the container. */
  readonly volumes?: Readonly<Record<string, string>> | null;
  readonly healthcheck?: {
    readonly path?: string;
    readonly command?: readonly string[];
    readonly interval?: number;
    readonly timeout?: number;
    readonly retries?: number;
  } | null;
  readonly restart?: Restart | null;
}

export interface ContainerRules {
  /** Bytes. */
  readonly memory: number;
  /** Billionths of a processor; 0: any. */
  readonly nanoCpus: number;
  readonly pids: number;
  readonly readonly: boolean;
  /** Null: the image's own. */
  readonly user: string | null;
  /** Those that the containers have of root's; all others are taken from them. */
  readonly capabilities: readonly Capability[];
  readonly volumes: readonly Volume[];
  /** Null: the image's own. */
  readonly healthcheck: Healthcheck | null;
  readonly restart: Restart;
}

export interface Volume {
  /** The Docker volume's name. */
  readonly name: string;
  readonly target: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readonly: boolean;
}

export interface Healthcheck {
  /** A program and its arguments, or one text for the image's shell. */
  readonly command: readonly string[];
  readonly isShell?: boolean;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** How long failures don't count, at least. */
  readonly startPeriodMs?: number;
  /** How often it is run meanwhile, at least. */
  readonly startIntervalMs?: number;
}

/** What the engine is to be told for a funko's containers. */
export function containerRules(funko: string, keys: ContainerKeys): ContainerRules {
  const { memory = DEFAULT_MEMORY, cpus = 0, pids = DEFAULT_PIDS } = keys.resources ?? {};
  return {
    memory: bytesOf(memory),
    nanoCpus: Math.round(cpus * 1e9),
    pids,
    readonly: keys.readonly ?? false,
    user: keys.user === null || keys.user === undefined ? null : String(keys.user),
    capabilities: keys.capabilities ?? [],
    volumes: volumesOf(funko, keys),
    healthcheck: healthcheckOf(keys.healthcheck ?? {}),
    restart: keys.restart ?? 'unless-stopped',
  };
}

function volumesOf(funko: string, { volumes, secrets }: ContainerKeys): Volume[] {
  const labels = { [LABEL.funko]: funko };
  const named = Object.entries(volumes ?? {}).map(([name, target]) => ({
    name: volumeName(funko, name),
    target,
    labels,
    readonly: false,
  }));
  if ((secrets ?? []).length === 0) return named;
  return [...named, { name: secretsVolume(funko), target: SECRETS_FOLDER, labels, readonly: true }];
}

function healthcheckOf(given: NonNullable<ContainerKeys['healthcheck']>): Healthcheck | null {
  const { command = [], interval, timeout, retries } = given;
  if (command.length === 0) return null;
  return {
    command,
    intervalMs: (interval ?? DEFAULT_CHECK_INTERVAL_SECONDS) * 1000,
    timeoutMs: (timeout ?? DEFAULT_CHECK_TIMEOUT_SECONDS) * 1000,
    retries: retries ?? DEFAULT_CHECK_RETRIES,
  };
}
