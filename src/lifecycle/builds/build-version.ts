/** The next version of a funko, from a build context. */
import { isDeepStrictEqual } from 'node:util';
import { buildImage, type BuildImageOptions } from '../../docker/buildkit/build-image.ts';
import { listContainers } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { hasTriggers, listImages } from '../../docker/images.ts';
import { relabelImage } from '../../docker/buildkit/relabel-image.ts';
import { overlayLabel, overlayOf, type EnvOverlay } from '../../funko/naming/env-overlay.ts';
import { checkManifest, type Manifest } from '../../funko/manifest/manifest.ts';
import type { BuildLimits } from './build-limits.ts';
import { checkName } from '../state/check-name.ts';
import { contentOf, type Content } from '../state/content.ts';
import type { BuildRequest, BuildResult } from '../../api/funko-api.ts';
import { secondsSince } from '../../util/seconds.ts';
import { nextVersion, versionsOf, type Version } from '../state/version-list.ts';
import { latestTag, versionTag, formatVersion } from '../../funko/naming/version.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { aliasOf } from '../../funko/naming/container-names.ts';

type VersionOptions = Pick<BuildImageOptions, 'onEvent' | 'signal'> &
  Required<Pick<BuildImageOptions, 'inTurn'>> & {
    readonly limits?: BuildLimits | undefined;
    /** The network of the process that builds. */
    readonly network: string;
  };

type BuiltVersion = Omit<BuildResult, 'removed'>;

/**
 * Builds and tags, unless the content is that of the newest version: then there is no new version if the settings are the same too, else one of
 * the same layers. The image gets its tags only when it is complete, so
 * a build that fails or is cancelled is never a version. Two builds of one funko must not run at a time: they would get
 * the same number.
 * Throws `bad_name`, `bad_manifest`, `build_failed`, `cancelled`, `engine_*`, and what reading the context throws.
 */
export async function buildVersion(
  engine: Engine,
  request: BuildRequest,
  options: VersionOptions,
): Promise<BuiltVersion> {
  const startedAt = performance.now();
  const funko = checkName(request.manifest.name);
  const [images, rows] = await Promise.all([
    listImages(engine, {}, options.signal),
    listContainers(engine, {}, options.signal),
  ]);
  const [newest] = versionsOf(funko, images);
  const content = await contentOf(request, newest);
  const { same } = content;
  if (same && hasSettingsOf(same, request)) {
    const { number, tag, image } = same;
    return resultOf(funko, number, {
      unchanged: true,
      reused: false,
      image: tag,
      imageId: image.id,
      startedAt,
    });
  }
  const reused = same !== undefined && !(await hasTriggers(engine, same.image.id, options.signal));
  const number = nextVersion(funko, images, rows);
  const work = { request, number, content, overlay: overlayOf(newest?.image.labels ?? {}) };
  const imageId = await (reused ? release(engine, work, same, options) : buildNumber(engine, work, options));
  const image = versionTag(funko, number);
  return resultOf(funko, number, { unchanged: false, reused, image, imageId, startedAt });
}

function resultOf(
  funko: string,
  number: number,
  {
    startedAt,
    ...more
  }: Pick<BuildResult, 'unchanged' | 'reused' | 'image' | 'imageId'> & { startedAt: number },
): BuiltVersion {
  return { funko, version: formatVersion(number), ...more, seconds: secondsSince(startedAt) };
}

interface VersionWork {
  readonly request: BuildRequest;
  readonly number: number;
  readonly content: Content;
  /** The variables that were set on the server: they outlive builds. */
  readonly overlay: EnvOverlay;
}

/** The next version of a content that there is a version of: its layers, and the request's settings. */
async function release(
  engine: Engine,
  work: VersionWork,
  { tag: from }: Version,
  { inTurn, signal, network }: VersionOptions,
): Promise<string> {
  const { labels, tags } = nameplateOf(work, network);
  return relabelImage(engine, { from, labels, tags, inTurn, signal });
}

async function buildNumber(
  engine: Engine,
  work: VersionWork,
  { limits, network, ...options }: VersionOptions,
): Promise<string> {
  const { request, content } = work;
  const { noCache = false, pull = false, buildArgs = {}, target, dockerfile, secrets } = request;
  const wanted = {
    context: content.context,
    ...nameplateOf(work, network),
    noCache,
    pull,
    buildArgs,
    target,
    dockerfile,
    secrets,
    cacheNamespace: aliasOf(request.manifest.name),
    ...options,
  };
  const build = async (): Promise<string> => buildImage(engine, wanted);
  return limits ? limits.run(build) : build();
}

/** The tags and labels of the image. */
function nameplateOf(work: VersionWork, network: string): Pick<BuildImageOptions, 'tags' | 'labels'> {
  const { name } = work.request.manifest;
  return { tags: [versionTag(name, work.number), latestTag(name)], labels: labelsOf(work, network) };
}

/** Whether a version has the settings that are asked for. Keys may come in any order, and new ones may have got defaults. */
function hasSettingsOf({ image: { labels } }: Version, { manifest, health }: BuildRequest): boolean {
  if (labels[LABEL.health] !== healthOf(manifest, health)) return false;
  try {
    const old: unknown = JSON.parse(labels[LABEL.manifest] ?? '');
    return isDeepStrictEqual(checkManifest(old), checkManifest(manifest));
  } catch {
    // What can't be read is not the same.
    return false;
  }
}

function healthOf(manifest: Manifest, health: string): string {
  return manifest.healthcheck?.path ?? health;
}

/** These win over what the Dockerfile and its base image say: only FaaSO says what it built. */
function labelsOf(
  { request: { manifest, health }, number, content, overlay }: VersionWork,
  network: string,
): Record<string, string> {
  return {
    [LABEL.funko]: manifest.name,
    [LABEL.version]: formatVersion(number),
    [LABEL.manifest]: JSON.stringify(checkManifest(manifest)),
    [LABEL.health]: healthOf(manifest, health),
    [LABEL.content]: content.digest,
    [LABEL.built]: new Date().toISOString(),
    [LABEL.network]: network,
    ...overlayLabel(overlay),
  };
}
