/**
 * The compose.yaml of an exported project: what `faaso up` tells the engine, as the Compose specification writes it
 * (https://github.com/compose-spec/compose-spec/blob/main/spec.md). Pure.
 */
import { stringify } from 'yaml';
import { createOptions } from '../../docker/create-options.ts';
import { containerRules } from '../../funko/container-rules.ts';
import { DEFAULT_DRAIN_SECONDS } from '../../funko/defaults.ts';
import { listening } from '../../funko/listening.ts';
import { workersOf, type Command } from '../../funko/processes.ts';
import type { Manifest } from '../../funko/manifest/manifest.ts';
import { FUNKO_PORT } from '../../funko/naming/names.ts';
import { secretsVolume } from '../../funko/naming/secret-names.ts';
import { imageCommand } from '../dockerfile/image-command.ts';
import { portOf } from '../../funko/naming/labels.ts';

type Options = ReturnType<typeof createOptions>;
type HostOptions = NonNullable<Options['HostConfig']>;
type Mount = NonNullable<HostOptions['Mounts']>[number];
type ComposeHealthcheck = NonNullable<Options['Healthcheck']>;

/** What dockerode's types know as `any`. */
interface Untyped {
  readonly RestartPolicy?: { readonly Name: string };
  readonly LogConfig?: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  readonly CapDrop?: readonly string[];
  readonly CapAdd?: readonly string[];
  readonly SecurityOpt?: readonly string[];
  readonly Tmpfs?: Readonly<Record<string, string>>;
}

/** Where an exported project keeps the values of its secrets, a file each. */
export const SECRETS_DIRECTORY = 'secrets';

export interface ComposeProject {
  readonly manifest: Manifest;
  /** Whom the program runs as, where that is known: the owner of new volumes. */
  readonly user: string | null;
}

/** The text of a compose.yaml that starts what `faaso up` starts, published on 127.0.0.1. */
export function composeFile({ manifest, user }: ComposeProject): string {
  const { name } = manifest;
  const { env, port } = environmentOf(manifest);
  const options = optionsOf(manifest);
  const mounts = (options.HostConfig?.Mounts ?? []).filter(({ Source }) => Source !== secretsVolume(name));
  const owner = mounts.length > 0 && user !== null ? ownerService(manifest, mounts, user) : undefined;
  const common = {
    build: '.',
    image: name,
    ...serviceOf(options, env),
    ...(mounts.length === 0 ? {} : { volumes: mounts.map((mount) => mountOf(mount, name)) }),
    ...secretsOf(manifest, (secrets) => secrets),
  };
  const release = releaseService(manifest, { ...common, ...after(owner) });
  // Docker's own 10 s would cut requests that FaaSO lets finish.
  const grace = { stop_grace_period: `${manifest.timeouts?.drain ?? DEFAULT_DRAIN_SECONDS}s` };
  const service = {
    ...common,
    ports: [`127.0.0.1:${portsOf(manifest.scale ?? 1)}:${port}`],
    ...((manifest.scale ?? 1) === 1 ? {} : { scale: manifest.scale }),
    ...after(release ?? owner),
    ...grace,
  };
  const workers = workerServices(manifest, { ...common, ...after(release ?? owner), ...grace });
  const project = {
    name,
    services: { [name]: service, ...workers, ...named(release), ...named(owner) },
    ...(mounts.length === 0 ? {} : { volumes: volumesOf(mounts, name) }),
    ...secretsOf(manifest, (secrets) =>
      Object.fromEntries(secrets.map((secret) => [secret, { file: `./${SECRETS_DIRECTORY}/${secret}` }])),
    ),
  };
  return stringify(escaped(project), { lineWidth: 0 });
}

/** A port that only a label in the Dockerfile names is not known here. */
function environmentOf(manifest: Manifest): { env: Manifest['env']; port: number } {
  const { labels, env } = listening(manifest, {});
  return { env, port: portOf(labels) ?? FUNKO_PORT };
}

/** What the engine is told of the funko's instances. The image, the names and the network are Compose's to choose. */
function optionsOf(manifest: Manifest): Options {
  const { name, env } = manifest;
  const rules = containerRules(name, manifest);
  return createOptions({ name, image: name, labels: {}, env, rules, network: 'default', aliases: [] });
}

/** A port of the host for each instance. */
function portsOf(scale: number): string {
  return scale === 1 ? `${FUNKO_PORT}` : `${FUNKO_PORT}-${FUNKO_PORT + scale - 1}`;
}

function serviceOf(options: Options, env: Manifest['env']): object {
  const { User: user, Healthcheck: health, HostConfig: host = {} } = options;
  const { RestartPolicy, LogConfig, CapDrop, CapAdd, SecurityOpt, Tmpfs = {} } = host as Untyped;
  return {
    ...(Object.keys(env).length === 0 ? {} : { environment: env }),
    ...(user === undefined ? {} : { user }),
    ...(health ? { healthcheck: healthOf(health) } : {}),
    init: host.Init ?? false,
    restart: RestartPolicy?.Name,
    mem_limit: host.Memory,
    memswap_limit: host.MemorySwap,
    pids_limit: host.PidsLimit,
    ...(host.NanoCpus === undefined ? {} : { cpus: host.NanoCpus / 1e9 }),
    cap_drop: CapDrop,
    ...(CapAdd ? { cap_add: CapAdd } : {}),
    security_opt: SecurityOpt,
    ...(host.ReadonlyRootfs ? { read_only: true, tmpfs: tmpfsOf(Tmpfs) } : {}),
    logging: { driver: LogConfig?.Type, options: LogConfig?.Config },
  };
}

function tmpfsOf(folders: NonNullable<Untyped['Tmpfs']>): string[] {
  return Object.entries(folders).map(([target, options]) => `${target}:${options}`);
}

function healthOf({ Test, Interval, Timeout, Retries, StartPeriod, ...rest }: ComposeHealthcheck): object {
  const { StartInterval } = rest as { readonly StartInterval?: number };
  return {
    test: Test,
    interval: duration(Interval),
    timeout: duration(Timeout),
    retries: Retries,
    start_period: duration(StartPeriod),
    start_interval: duration(StartInterval),
  };
}

/** Nanoseconds as Compose writes them. */
function duration(nanoseconds = 0): string {
  return `${nanoseconds / 1e6}ms`;
}

function mountOf({ Source, Target, ReadOnly }: Mount, funko: string): object {
  const source = keyOf(Source, funko);
  return { type: 'volume', source, target: Target, ...(ReadOnly ? { read_only: true } : {}) };
}

/** The volumes keep the names that FaaSO gave them, so that their data is there on the same engine. */
function volumesOf(mounts: readonly Mount[], funko: string): object {
  return Object.fromEntries(mounts.map(({ Source }) => [keyOf(Source, funko), { name: Source }]));
}

/** `faaso-hello.data` → `data`. */
function keyOf(volume: string, funko: string): string {
  return volume.slice(volume.indexOf(funko) + funko.length + 1);
}

/** A service that runs once, before others. */
interface Preparation {
  readonly name: string;
  readonly service: object;
}

function named(preparation: Preparation | undefined): object {
  return preparation ? { [preparation.name]: preparation.service } : {};
}

function after(preparation: Preparation | undefined): object {
  if (!preparation) return {};
  return { depends_on: { [preparation.name]: { condition: 'service_completed_successfully' } } };
}

/** What is in `common` is as the program has it. */
function releaseService({ name, release }: Manifest, common: object): Preparation | undefined {
  if (release === undefined || release === null) return undefined;
  return { name: `${name}-release`, service: { ...common, ...runs(release), restart: 'no' } };
}

/** What is in `common` is as the program has it. */
function workerServices(manifest: Manifest, common: object): object {
  const isNamed = typeof manifest.worker === 'object' && !Array.isArray(manifest.worker);
  const services = workersOf(manifest).map(({ name, command, scale = 1 }) => [
    isNamed ? `${manifest.name}-worker-${name}` : `${manifest.name}-worker`,
    { ...common, ...(scale === 1 ? {} : { scale }), ...runs(command) },
  ]);
  return Object.fromEntries(services) as object;
}

/** Another program than the image's. */
function runs(command: Command): object {
  return { entrypoint: [...imageCommand(command)], init: true, healthcheck: { disable: true } };
}

/** Docker makes a new volume root's. This service runs once before the program and gives an empty one to its user. */
function ownerService({ name }: Manifest, mounts: readonly Mount[], user: string): Preparation {
  const script = 'for folder; do [ -n "$(ls -A "$folder")" ] || chown "$0" "$folder"; done';
  return {
    name: `${name}-volumes`,
    service: {
      build: '.',
      image: name,
      user: '0:0',
      entrypoint: ['sh', '-c', script, user, ...mounts.map(({ Target }) => Target)],
      network_mode: 'none',
      restart: 'no',
      volumes: mounts.map((mount) => mountOf(mount, name)),
    },
  };
}

function secretsOf<T>({ secrets }: Manifest, write: (names: readonly string[]) => T): { secrets?: T } {
  return secrets && secrets.length > 0 ? { secrets: write(secrets) } : {};
}

/** Compose takes `$NAME` for a variable of its own environment; `$$` is the sign itself. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', () => '$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner)]));
}
