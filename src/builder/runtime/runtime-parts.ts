/** What the runtimes that a funko.yml names bring into its build context: the funko's own, and the one that builds before it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaasoError } from '../../errors.ts';
import type { ReadManifest } from '../../funko/manifest/manifest.ts';
import { DOCKERFILE } from '../dockerfile/dockerfile.ts';
import { mergeItems } from './merge.ts';
import { buildOptionsOf, findRuntime, optionsOf, type Runtime, type TrustCheck } from './runtime.ts';
import { checkNeeds, healthOf, runtimeFiles, type RenderedRuntime } from './runtime-files.ts';
import { BUILD_STAGE, stagesUpTo } from './stages.ts';
import { TEMPLATE_SUFFIX, type TemplateData } from './template.ts';
import type { ContextItem } from '../files/walk.ts';

/** The runtimes of a funko.yml. */
export interface NamedRuntimes {
  /** Undefined: the folder has its own Dockerfile. */
  readonly runtime: Runtime | undefined;
  /** The one whose tools build first; undefined: none. */
  readonly toolchain: Runtime | undefined;
}

export interface RuntimeParts {
  /** What the runtime's templates may name; absent without a runtime. */
  readonly data?: TemplateData;
  readonly items: readonly ContextItem[];
  readonly health: string;
  readonly warnings: readonly string[];
}

interface Places {
  /** The funko's folder. */
  readonly folder: string;
  readonly runtimesFolder: string;
  readonly signal?: AbortSignal;
  readonly trust?: TrustCheck | undefined;
}

/** A user's Dockerfile: no path is known that its program answers. */
const NOTHING: RuntimeParts = { items: [], health: '', warnings: [] };

/**
 * Finds the runtimes that a funko.yml names.
 * @throws FaasoError `unknown_runtime`, `bad_runtime`; `bad_manifest` for options or a build that need a runtime
 */
export async function namedRuntimes(read: ReadManifest, places: Places): Promise<NamedRuntimes> {
  const { runtime, options, build } = read.manifest;
  if (runtime === null) {
    if (Object.keys(options).length > 0) throw needless(read, 'options', 'options need a runtime');
    if (build) throw needless(read, 'build', '"build" needs a runtime');
    return { runtime: undefined, toolchain: undefined };
  }
  return {
    runtime: await found(runtime, ['runtime'], read, places),
    toolchain: build && (await found(build.runtime, ['build', 'runtime'], read, places)),
  };
}

/**
 * Renders them for the files of a funko.
 * @throws FaasoError `bad_runtime`, `bad_context`, `bad_manifest`
 */
export async function runtimePartsOf(
  { runtime, toolchain }: NamedRuntimes,
  read: ReadManifest,
  funko: readonly ContextItem[],
  places: Places,
): Promise<RuntimeParts> {
  if (!runtime) return NOTHING;
  const first = toolchain && (await builtFirst(toolchain, read, funko, places));
  const { items, data, warnings } = await render(runtime, funko, places, {
    funko: funkoOf(read),
    options: optionsOf(runtime, read),
    buildStages: first?.stages ?? '',
  });
  checkNeeds(runtime, data, read.source.positionOf(['runtime']));
  if (first) checkUsed(runtime, items, first.stages, read);
  return {
    data,
    items: first ? mergeItems(first.items, items) : items,
    health: healthOf(runtime, data),
    warnings: [...(first?.warnings ?? []), ...warnings],
  };
}

function funkoOf({ manifest }: ReadManifest): TemplateData['funko'] {
  return {
    name: manifest.name,
    runsCommands: (manifest.release ?? manifest.worker ?? null) !== null,
  };
}

interface BuiltFirst {
  /** Of the Dockerfile. */
  readonly stages: string;
  /** The toolchain's files, without its Dockerfile. */
  readonly items: readonly ContextItem[];
  readonly warnings: readonly string[];
}

async function builtFirst(
  toolchain: Runtime,
  read: ReadManifest,
  funko: readonly ContextItem[],
  places: Places,
): Promise<BuiltFirst> {
  const unable = (): FaasoError => {
    const what = `the runtime "${toolchain.name}" can't build for another one: its Dockerfile has no stage "${BUILD_STAGE}"`;
    return new FaasoError('bad_manifest', `${read.source.positionOf(['build', 'runtime'])}: ${what}`);
  };
  // Before it is rendered, which may fail for want of a program.
  if (!(await mayBuild(toolchain))) throw unable();
  const { items, warnings } = await render(toolchain, funko, places, {
    funko: funkoOf(read),
    options: buildOptionsOf(toolchain, read),
    onlyBuilds: true,
  });
  const stages = stagesUpTo(textOf(items.find(({ path }) => path === DOCKERFILE)), BUILD_STAGE);
  if (stages === undefined) throw unable();
  return { stages, items: items.filter(({ path }) => path !== DOCKERFILE), warnings };
}

/** Whether its Dockerfile, or the template of that, has the stage. */
async function mayBuild({ folder }: Runtime): Promise<boolean> {
  const files = [DOCKERFILE, `${DOCKERFILE}${TEMPLATE_SUFFIX}`].map(async (name) =>
    readFile(join(folder, name), 'utf8').catch(() => ''),
  );
  return (await Promise.all(files)).some((text) => stagesUpTo(text, BUILD_STAGE) !== undefined);
}

async function render(
  runtime: Runtime,
  funko: readonly ContextItem[],
  { folder, signal }: Places,
  data: Parameters<typeof runtimeFiles>[2],
): Promise<RenderedRuntime> {
  return runtimeFiles(runtime, funko, data, { place: join(folder, '/'), signal });
}

/** One's own Dockerfile is no part of the items here. */
function checkUsed(
  runtime: Runtime,
  items: readonly ContextItem[],
  stages: string,
  read: ReadManifest,
): void {
  const dockerfile = items.find(({ path }) => path === DOCKERFILE);
  if (!dockerfile || textOf(dockerfile).includes(stages)) return;
  const what = `the runtime "${runtime.name}" builds by itself and takes no "build"; remove it, or see the options of the runtime`;
  throw new FaasoError('bad_manifest', `${read.source.positionOfKey(['build'])}: ${what}`);
}

function textOf(item: ContextItem | undefined): string {
  return item?.kind === 'file' && 'bytes' in item.content ? Buffer.from(item.content.bytes).toString() : '';
}

async function found(
  reference: string,
  path: readonly string[],
  { source }: ReadManifest,
  { runtimesFolder, folder, trust }: Places,
): Promise<Runtime> {
  return findRuntime(reference, {
    runtimesFolder,
    from: folder,
    place: `${source.positionOf(path)}: `,
    trust,
  });
}

function needless({ source }: ReadManifest, key: string, what: string): FaasoError {
  const place = source.positionOfKey([key]);
  return new FaasoError('bad_manifest', `${place}: ${what}; add "runtime: …" or remove them`);
}
