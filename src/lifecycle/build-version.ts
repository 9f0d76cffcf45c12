/** The next version of a funko, from a build context. */
import { buildImage, type BuildImageOptions } from '../docker/build-image.ts';
import { listContainers } from '../docker/containers.ts';
import type { Engine } from '../docker/engine.ts';
import { listImages } from '../docker/images.ts';
import { checkManifest } from '../funko/manifest.ts';
import { LABEL, latestTag, versionTag } from '../funko/naming.ts';
import { checkName } from './check-name.ts';
import type { BuildRequest, BuildResult } from './funkos.ts';
import { secondsSince } from './seconds.ts';
import { nextVersion } from './versions.ts';

type VersionOptions = Pick<BuildImageOptions, 'onEvent' | 'signal'> &
  Required<Pick<BuildImageOptions, 'inTurn'>>;

/**
 * Builds and tags. The image gets its tags only when it is complete, so a build that fails or is cancelled is never a
 * version. Two builds of one funko must not run at a time: they would get the same number.
 * Throws `bad_name`, `bad_manifest`, `build_failed`, `cancelled`, `engine_*`, and what reading the context throws.
 */
export async function buildVersion(
  engine: Engine,
  request: BuildRequest,
  { onEvent, inTurn, signal }: VersionOptions,
): Promise<BuildResult> {
  const startedAt = performance.now();
  const funko = checkName(request.manifest.name);
  const number = await numberFor(engine, funko, signal);
  const imageId = await buildImage(engine, {
    context: request.context,
    tags: [versionTag(funko, number), latestTag(funko)],
    labels: labelsOf(request, number),
    onEvent,
    inTurn,
    signal,
  });
  const seconds = secondsSince(startedAt);
  return { funko, version: `v${number}`, image: versionTag(funko, number), imageId, seconds };
}

async function numberFor(engine: Engine, funko: string, signal?: AbortSignal): Promise<number> {
  const [images, rows] = await Promise.all([
    listImages(engine, {}, signal),
    listContainers(engine, {}, signal),
  ]);
  return nextVersion(funko, images, rows);
}

/** These win over what the Dockerfile and its base image say: only FaaSO says what it built. */
function labelsOf({ manifest, health }: BuildRequest, number: number): Record<string, string> {
  return {
    [LABEL.funko]: manifest.name,
    [LABEL.version]: `v${number}`,
    [LABEL.manifest]: JSON.stringify(checkManifest(manifest)),
    [LABEL.health]: health,
  };
}
