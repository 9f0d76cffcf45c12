/**
 * funko.yml read and checked: after this, nothing else doubts its shape. Pure.
 */
import { FaasoError } from '../../errors.ts';
import { crossKeyProblems } from './cross-key-checks.ts';
import type { ContainerKeys } from '../container-rules.ts';
import { checkOf, type ManifestProblem } from './manifest-errors.ts';
import { MANIFEST_SCHEMA, MAX_MANIFEST_BYTES } from './schema.ts';
import type { ProcessKeys } from '../processes.ts';
import type { TrafficKeys } from '../traffic-rules.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface Manifest extends TrafficKeys, ContainerKeys, ProcessKeys {
  readonly name: string;
  /** A runtime's name or path; null if the folder has its own Dockerfile. */
  readonly runtime: string | null;
  /** As they were written: a runtime's defaults are not among them. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** The runtime whose tools build the folder first; absent: none. */
  readonly build?: ToolchainKeys;
  readonly env: Readonly<Record<string, string>>;
  /** How many instances run; absent: as many as of the version before. */
  readonly scale?: number;
}

/** `build` of funko.yml. */
export interface ToolchainKeys {
  /** A name or a path. */
  readonly runtime: string;
  /** As they were written. */
  readonly options?: Manifest['options'];
}

export type OptionValue = string | number | boolean | readonly string[];

/** A manifest with the text it came from, for later errors that name a line. */
export interface ReadManifest {
  readonly manifest: Manifest;
  readonly source: YamlSource;
}

/** What the schema lets through. */
interface Loose extends TrafficKeys, ContainerKeys, ProcessKeys {
  readonly name: string;
  readonly runtime: string | null;
  readonly options: Manifest['options'] | null;
  readonly build: ToolchainKeys | null;
  readonly env: Readonly<Record<string, string | number | boolean>> | null;
  readonly scale: number | null;
}

const problemsOf = checkOf(MANIFEST_SCHEMA);

/**
 * Reads funko.yml.
 * @param file what messages call it, e.g. `hello/funko.yml`
 * @throws FaasoError `bad_manifest`; its message has a line `file:line:column: …` for everything that is wrong
 */
export function parseManifest(text: string, file: string): Manifest {
  return readManifest(text, file).manifest;
}

/** As parseManifest, and keeps the positions. */
export function readManifest(text: string, file: string): ReadManifest {
  if (Buffer.byteLength(text) > MAX_MANIFEST_BYTES) {
    throw new FaasoError(
      'bad_manifest',
      `${file}: larger than ${MAX_MANIFEST_BYTES} bytes, the most that is allowed`,
    );
  }
  const source = readYaml(text, file, 'bad_manifest');
  const value = source.value;
  if (value === null || value === undefined) {
    throw new FaasoError('bad_manifest', `${file}:1:1: the file is empty; it needs at least "name: …"`);
  }
  failOn(problemsOf(value), source, 'bad_manifest');
  failOn(crossKeyProblems(value), source, 'bad_manifest');
  const written = (key: string, given: string | number | boolean): string =>
    typeof given === 'string' ? given : (source.writtenAs(['env', key]) ?? String(given));
  return { manifest: finish(value as Loose, written), source };
}

/**
 * Checks a manifest that comes as JSON: the label's, or the admin API's.
 * @throws FaasoError `bad_manifest`, as parseManifest but without positions
 */
export function checkManifest(value: unknown): Manifest {
  const copy: unknown = structuredClone(value);
  const problems = problemsOf(copy);
  if (problems.length > 0) {
    throw new FaasoError('bad_manifest', problems.map(({ message }) => `manifest: ${message}`).join('\n'));
  }
  return finish(copy as Loose, (_key, given) => String(given));
}

/**
 * Throws if there is any problem, with one line for each.
 * @param prefix the path in the source at which the checked value stands
 */
export function failOn(
  problems: readonly ManifestProblem[],
  source: YamlSource,
  code: 'bad_manifest' | 'bad_runtime',
  prefix: readonly string[] = [],
): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, atKey, message }) => {
    const whole = [...prefix, ...path];
    return { place: atKey ? source.positionOfKey(whole) : source.positionOf(whole), message };
  });
  lines.sort((a, b) => byPlace(a.place, b.place));
  throw new FaasoError(code, lines.map(({ place, message }) => `${place}: ${message}`).join('\n'));
}

/** Orders `file:line:column` of one file as a person reads it. */
function byPlace(a: string, b: string): number {
  const [lineA = 0, columnA = 0] = a.split(':').slice(-2).map(Number);
  const [lineB = 0, columnB = 0] = b.split(':').slice(-2).map(Number);
  return lineA - lineB || columnA - columnB;
}

function finish(value: Loose, asText: (key: string, given: string | number | boolean) => string): Manifest {
  const env = Object.entries(value.env ?? {}).map(([key, given]) => [key, asText(key, given)] as const);
  const { name, runtime, options, build, scale, release, worker, timeouts, limits, concurrency, hosts } =
    value;
  const { port, resources, readonly, user, capabilities, volumes, healthcheck, restart } = value;
  const { generated_secrets } = value;
  const secrets = secretsOf(value);
  return {
    name,
    runtime,
    options: options ?? {},
    env: Object.fromEntries(env),
    ...written({ port, resources, readonly, user, capabilities, secrets, volumes, healthcheck, restart }),
    ...written({ generated_secrets }),
    ...written({ build, scale, release, worker, timeouts, limits, concurrency, hosts }),
  };
}

/** Also those that FaaSO gives a value. */
function secretsOf({ secrets, generated_secrets: generated }: Loose): readonly string[] | null | undefined {
  const names = Object.keys(generated ?? {});
  return names.length === 0 ? secrets : [...new Set([...(secrets ?? []), ...names])];
}

/** What has a value: a key that was left out, or left empty, is not there. */
function written<T extends object>(keys: { [K in keyof T]: T[K] | null | undefined }): Partial<T> {
  return Object.fromEntries(
    Object.entries(keys).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<T>;
}
