/**
 * A runtime: a folder with a runtime.yml, files and templates. One that comes with FaaSO is named, one of a person's
 * own is given by its path; both follow the same rules.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import { failOn, type OptionValue, type ReadManifest } from '../../funko/manifest/manifest.ts';
import { checkOf, compile, describeAllowed } from '../../funko/manifest/manifest-errors.ts';
import { RUNTIME_NAME_PATTERN } from '../../funko/manifest/schema.ts';
import { didYouMean } from '../../funko/suggest.ts';
import { readYaml, type YamlSource } from '../../funko/manifest/yaml-source.ts';
import type { DetectRule } from './detect-rule.ts';
import { RUNTIME_SCHEMA } from './runtime-schema.ts';
import type { Schema } from '../../funko/manifest/json-schema.ts';

export interface SyncedPath {
  /** In the build context. */
  readonly from: string;
  /** In the container. */
  readonly to: string;
}

/** As runtime.yml says it. */
export interface DevDeclaration {
  readonly sync: readonly SyncedPath[];
  /** `none`, `process`, `container`, or a signal. */
  readonly reload: string;
  /** Patterns as in a .dockerignore. */
  readonly rebuild: readonly string[];
}

/** The file that makes a folder a runtime. */
export const RUNTIME_FILE = 'runtime.yml';

export interface Runtime {
  /** As funko.yml names it; for a path the folder's name. */
  readonly name: string;
  /** What a funko.yml in any place can say: the name, or the absolute path. */
  readonly reference: string;
  /** Absolute. */
  readonly folder: string;
  /** One line for people. */
  readonly description: string;
  /** Its own version; absent if it says none. */
  readonly version?: string;
  /** The path that answers 200 when a funko of this runtime is ready. */
  readonly health: string;
  /** Files that the merged build context must have; templates of one line, e.g. `<%= options.entry %>`. */
  readonly needs: readonly string[];
  /** What tells that a folder is of this runtime. */
  readonly detect: readonly DetectRule[];
  /** How `faaso dev` brings a change into a container that runs; without it, by a build. */
  readonly dev?: DevDeclaration;
  /** The options, each with type, default and help. */
  readonly options: Readonly<Record<string, Schema>>;
}

/** Throws if nothing of a runtime that is named by a path may be run: neither its templates nor its helpers. */
export type TrustCheck = (runtime: Runtime) => Promise<void>;

const problemsOf = checkOf(RUNTIME_SCHEMA);

/**
 * The runtimes in a folder, sorted by name. Folders without a runtime.yml are skipped. Their options are not checked: that takes as
 * long as all the rest, and it is done when a runtime is used.
 * @param byPath whether funko.yml names them by their paths
 * @throws FaasoError `bad_runtime`
 */
export async function listRuntimes(
  runtimesFolder: string,
  { byPath = false }: { readonly byPath?: boolean } = {},
): Promise<Runtime[]> {
  const names = await runtimeNames(runtimesFolder);
  const runtimes = names.map(async (name) => {
    const folder = join(runtimesFolder, name);
    return (await read(name, folder, byPath ? folder : name)).runtime;
  });
  return Promise.all(runtimes);
}

/**
 * The runtime that a name or a path stands for.
 * @param reference as in funko.yml: `node`, or a path that begins with `./`, `../` or `/`
 * @param from the folder that relative paths start from
 * @param place what a message begins with, e.g. `funko.yml:2:10: `; may be empty
 * @throws FaasoError `unknown_runtime`, `bad_runtime`, what `trust` throws
 */
export async function findRuntime(
  reference: string,
  options: { runtimesFolder: string; from: string; place: string; trust?: TrustCheck | undefined },
): Promise<Runtime> {
  const isName = RUNTIME_NAME_PATTERN.test(reference);
  const folder = isName ? join(options.runtimesFolder, reference) : resolve(options.from, reference);
  if (await isRuntime(folder)) {
    if (isName) return readRuntime(reference, folder, reference);
    const runtime = await readRuntime(basename(folder), folder, folder);
    await options.trust?.(runtime);
    return runtime;
  }
  if (!isName) {
    throw new FaasoError(
      'unknown_runtime',
      `${options.place}there is no runtime at ${folder}: it has no ${RUNTIME_FILE}`,
    );
  }
  const names = await runtimeNames(options.runtimesFolder);
  const message =
    `${options.place}there is no runtime "${reference}"; there are: ${names.join(', ') || 'none'}.` +
    didYouMean(reference, names);
  throw new FaasoError('unknown_runtime', message);
}

/**
 * The values of a runtime's options: what funko.yml says, checked, else the defaults.
 * @throws FaasoError `bad_manifest` with the line of funko.yml
 */
export function optionsOf(runtime: Runtime, { manifest, source }: ReadManifest): Record<string, OptionValue> {
  return checkedOptions(runtime, manifest.options, source, []);
}

/**
 * The same for the runtime that builds first.
 * @throws FaasoError `bad_manifest` with the line of funko.yml
 */
export function buildOptionsOf(
  runtime: Runtime,
  { manifest, source }: ReadManifest,
): Record<string, OptionValue> {
  return checkedOptions(runtime, manifest.build?.options ?? {}, source, ['build']);
}

function checkedOptions(
  runtime: Runtime,
  written: ReadManifest['manifest']['options'],
  source: YamlSource,
  prefix: readonly string[],
): Record<string, OptionValue> {
  const options = structuredClone(written) as Record<string, OptionValue>;
  const schema: Schema = { type: 'object', properties: runtime.options, additionalProperties: false };
  const check = compile({ type: 'object', properties: { options: schema } });
  failOn(check({ options }), source, 'bad_manifest', prefix);
  return options;
}

/** The default of each option of a runtime. */
export function optionDefaults(runtime: Runtime): Record<string, OptionValue> {
  const defaults = Object.entries(runtime.options).map(([name, schema]) => [
    name,
    schema.default as OptionValue,
  ]);
  return Object.fromEntries(defaults) as Record<string, OptionValue>;
}

async function runtimeNames(runtimesFolder: string): Promise<string[]> {
  const entries = await readdir(runtimesFolder).catch((error: unknown) => {
    throw new FaasoError(
      'unknown_runtime',
      `the folder of the runtimes, ${runtimesFolder}, can't be read (${systemCodeOf(error) ?? ''})`,
      {
        cause: error,
      },
    );
  });
  const names = entries.filter((name) => RUNTIME_NAME_PATTERN.test(name)).sort();
  const there = await Promise.all(names.map((name) => isRuntime(join(runtimesFolder, name))));
  return names.filter((_, index) => there[index]);
}

async function isRuntime(folder: string): Promise<boolean> {
  try {
    return (await stat(join(folder, RUNTIME_FILE))).isFile();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return false;
    throw new FaasoError(
      'bad_runtime',
      `${folder} can't be read (${systemCodeOf(error) ?? ''}); check its owner and mode with "ls -ld"`,
      { cause: error },
    );
  }
}

async function readRuntime(name: string, folder: string, reference: string): Promise<Runtime> {
  const { runtime, source } = await read(name, folder, reference);
  checkDefaults(runtime.options, (option) => source.positionOf(['options', option, 'default']));
  return runtime;
}

async function read(
  name: string,
  folder: string,
  reference: string,
): Promise<{ runtime: Runtime; source: YamlSource }> {
  const file = join(folder, RUNTIME_FILE);
  const source = readYaml(await readFile(file, 'utf8'), file, 'bad_runtime');
  const value = structuredClone(source.value) ?? {};
  failOn(problemsOf(value), source, 'bad_runtime');
  const runtime = { ...(value as Omit<Runtime, 'name' | 'folder' | 'reference'>), name, reference, folder };
  return { runtime, source };
}

/** Each option must be valid JSON Schema and its default must be a value that it allows. */
function checkDefaults(options: Runtime['options'], positionOf: (option: string) => string): void {
  if (defaultsAreGood(options)) return;
  for (const [option, schema] of Object.entries(options)) {
    const problem = defaultProblem(option, schema);
    if (problem === undefined) continue;
    throw new FaasoError(
      'bad_runtime',
      `${positionOf(option)}: the default of the option "${option}" ${problem}`,
    );
  }
}

/** All at once, which is quicker than to ask which of them is not. */
function defaultsAreGood(options: Runtime['options']): boolean {
  try {
    const values = Object.entries(options).map(([option, schema]) => [option, schema.default] as const);
    return compile({ type: 'object', properties: options })(Object.fromEntries(values)).length === 0;
  } catch {
    return false;
  }
}

function defaultProblem(option: string, schema: Schema): string | undefined {
  try {
    const problems = compile({ type: 'object', properties: { [option]: schema } })({
      [option]: schema.default,
    });
    return problems.length === 0 ? undefined : `must be ${describeAllowed(schema)}`;
  } catch (error) {
    return `can't be checked, as the option is not a valid JSON Schema: ${messageOf(error)}`;
  }
}
