/** Images: what was built, its labels and its tags. */
import type { HealthConfig, ImageInfo } from 'dockerode';
import type { Healthcheck } from '../funko/container-rules.ts';
import { labelsOf } from './containers.ts';
import { statusOf, unlessMissing, type Engine } from './engine/engine.ts';
import { listed } from './engine/list.ts';

const NANOSECONDS_IN_MS = 1e6;

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Bytes. */
  readonly size: number;
}

/** An image by ID or tag; undefined if there is none. Throws `engine_*`. */
export async function inspectImage(
  engine: Engine,
  reference: string,
  signal?: AbortSignal,
): Promise<Image | undefined> {
  const found = await unlessMissing(
    engine.call(`inspecting image ${reference}`, async (docker) => docker.getImage(reference).inspect(), {
      signal,
    }),
  );
  if (!found) return undefined;
  const { Id: id, RepoTags, Config, Created, Size: size } = found;
  return { id, tags: tagsOf(RepoTags), labels: labelsOf(Config.Labels), createdAt: Created, size };
}

/** What an image runs: its ENTRYPOINT and its CMD. Throws `engine_*`, 404 if there is no such image. */
export async function imageCommand(engine: Engine, id: string, signal?: AbortSignal): Promise<string[]> {
  const { Entrypoint, Cmd } = await configOf(engine, id, signal);
  return [...(Entrypoint ?? []), ...(Cmd ?? [])];
}

/** Whether an image has steps (ONBUILD) that run in a build from it. Throws `engine_*`, 404 if there is no such image. */
export async function hasTriggers(engine: Engine, id: string, signal?: AbortSignal): Promise<boolean> {
  const { OnBuild } = await configOf(engine, id, signal);
  return (OnBuild ?? []).length > 0;
}

const DEFAULT_INTERVAL_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 3;

/** An image's own HEALTHCHECK, with Docker's defaults; null if it has none. Throws `engine_*`, 404 if there is no such image. */
export async function imageHealthcheck(
  engine: Engine,
  id: string,
  signal?: AbortSignal,
): Promise<Healthcheck | null> {
  const { Healthcheck: found } = await configOf(engine, id, signal);
  const [kind, ...command] = found?.Test ?? [];
  if (!found || (kind !== 'CMD' && kind !== 'CMD-SHELL')) return null;
  const { StartInterval } = found as { readonly StartInterval?: number };
  return {
    command,
    isShell: kind === 'CMD-SHELL',
    intervalMs: milliseconds(found.Interval) ?? DEFAULT_INTERVAL_MS,
    timeoutMs: milliseconds(found.Timeout) ?? DEFAULT_TIMEOUT_MS,
    retries: found.Retries === 0 ? DEFAULT_RETRIES : (found.Retries ?? DEFAULT_RETRIES),
    startPeriodMs: milliseconds(found.StartPeriod) ?? 0,
    ...(StartInterval ? { startIntervalMs: StartInterval / NANOSECONDS_IN_MS } : {}),
  };
}

/** 0 stands for the default. */
function milliseconds(nanoseconds = 0): number | undefined {
  return nanoseconds === 0 ? undefined : nanoseconds / NANOSECONDS_IN_MS;
}

/** What an image says of the containers that are made of it. */
interface ImageConfig {
  readonly Healthcheck?: HealthConfig | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly OnBuild?: readonly string[] | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
}

async function configOf(engine: Engine, id: string, signal?: AbortSignal): Promise<ImageConfig> {
  const inspect = engine.call(`inspecting image ${id}`, async (docker) => docker.getImage(id).inspect(), {
    signal,
  });
  return (await inspect).Config as ImageConfig;
}

/** All images, or with `label` (`key` or `key=value`) those that carry it. Throws `engine_*`. */
export async function listImages(
  engine: Engine,
  options: { readonly label?: string } = {},
  signal?: AbortSignal,
): Promise<Image[]> {
  const query = options.label === undefined ? {} : { filters: { label: [options.label] } };
  return listed(engine, 'listing images', { path: '/images/json?', query }, rowOf, { signal });
}

function rowOf(row: ImageInfo): Image {
  return {
    id: row.Id,
    tags: tagsOf(row.RepoTags),
    labels: labelsOf(row.Labels),
    createdAt: new Date(row.Created * 1000).toISOString(),
    size: row.Size,
  };
}

/** Gives an image another tag, `repository:tag`. Throws `engine_*`. */
export async function tagImage(engine: Engine, source: string, tag: string): Promise<void> {
  const colon = tag.lastIndexOf(':');
  const name = { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) };
  await engine.call(
    `tagging ${source} as ${tag}`,
    async (docker) => docker.getImage(source).tag(name) as Promise<unknown>,
  );
}

/**
 * Removes a tag, and the image with its last one; one that is gone is fine.
 * @returns false if a container still uses the image, which then stays
 * Throws `engine_*`.
 */
export async function removeImage(engine: Engine, reference: string): Promise<boolean> {
  try {
    await unlessMissing(
      engine.call(
        `removing image ${reference}`,
        async (docker) => docker.getImage(reference).remove() as Promise<unknown>,
        { timeoutMs: 60_000 },
      ),
    );
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return false;
    throw error;
  }
}

/** An image without a tag has none, or one that says so. */
function tagsOf(tags: readonly string[] | null | undefined): string[] {
  return (tags ?? []).filter((tag) => tag !== '<none>:<none>');
}
