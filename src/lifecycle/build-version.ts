/** The next version of a funko, from a build context. */
import { buildImage, type BuildImageOptions } from '../docker/build-image.ts';
import { listContainers } from '../docker/containers.ts';
import type { Engine } from '../docker/engine.ts';
import { listImages } from '../docker/images.ts';
import { checkManifest } from '../funko/manifest.ts';
import { LABEL, latestTag, versionTag } from '../funko/naming.ts';
import type { BuildLimits } from './build-limits.ts';
import { checkName } from './check-name.ts';
import { contentOf, type Content } from './content.ts';
import type { BuildRequest, BuildResult } from './funkos.ts';
import { secondsSince } from './seconds.ts';
import { nextVersion, versionsOf } from './versions.ts';

type VersionOptions = Pick<BuildImageOptions, 'onEvent' | 'signal'> &
  Required<Pick<BuildImageOptions, 'inTurn'>> & {
    readonly limits?: BuildLimits | undefined;
    /** The network of whoever builds. */
    readonly network: string;
  };

type Built = Omit<BuildResult, 'removed'>;

/**
 * Builds and tags, unless the content is that of the newest version. The image gets its tags only when it is complete, so
 * a build that fails or is cancelled is never a version. Two builds of one funko must not run at a time: they would get
 * the same number.
 * Throws `bad_name`, `bad_manifest`, `build_failed`, `cancelled`, `engine_*`, and what reading the context throws.
 */
export async function buildVersion(
  engine: Engine,
  request: BuildRequest,
  options: VersionOptions,
): Promise<Built> {
  const startedAt = performance.now();
  const funko = checkName(request.manifest.name);
  const [images, rows] = await Promise.all([
    listImages(engine, {}, options.signal),
    listContainers(engine, {}, options.signal),
  ]);
  const [newest] = versionsOf(funko, images);
  const content = await contentOf(request, newest);
  if ('since' in content) {
    const { number, tag, image } = content.since;
    return resultOf(funko, number, { unchanged: true, image: tag, imageId: image.id, startedAt });
  }
  const number = nextVersion(funko, images, rows);
  const imageId = await buildNumber(engine, { request, number, content }, options);
  return resultOf(funko, number, { unchanged: false, image: versionTag(funko, number), imageId, startedAt });
}

function resultOf(
  funko: string,
  number: number,
  { startedAt, ...more }: Pick<BuildResult, 'unchanged' | 'image' | 'imageId'> & { startedAt: number },
): Built {
  return { funko, version: `v${number}`, ...more, seconds: secondsSince(startedAt) };
}

interface Work {
  readonly request: BuildRequest;
  readonly number: number;
  readonly content: Content;
}

async function buildNumber(
  engine: Engine,
  work: Work,
  { limits, network, ...options }: VersionOptions,
): Promise<string> {
  const { request, number, content } = work;
  const { noCache = false, pull = false, buildArgs = {} } = request;
  const funko = request.manifest.name;
  const wanted = {
    context: content.context,
    tags: [versionTag(funko, number), latestTag(funko)],
    labels: labelsOf(work, network),
    noCache,
    pull,
    buildArgs,
    ...options,
  };
  const build = async (): Promise<string> => buildImage(engine, wanted);
  return limits ? limits.run(build) : build();
}

/** These win over what the Dockerfile and its base image say: only FaaSO says what it built. */
function labelsOf(
  { request: { manifest, health }, number, content }: Work,
  network: string,
): Record<string, string> {
  return {
    [LABEL.funko]: manifest.name,
    [LABEL.version]: `v${number}`,
    [LABEL.manifest]: JSON.stringify(checkManifest(manifest)),
    [LABEL.health]: manifest.healthcheck?.path ?? health,
    [LABEL.content]: content.digest,
    [LABEL.network]: network,
  };
}
