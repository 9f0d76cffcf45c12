/** What BuildKit is asked for. Pure. */
import type { SolveRequest } from './buildkit-messages.ts';
import { DOCKERFILE_SOURCE } from './send-file.ts';

/**
 * The URL by which BuildKit knows the context that comes over a session. It must be another one for each build: BuildKit
 * takes what has one URL for one thing, and builds that run at a time would get each other's contexts.
 */
export function contextUrl(session: string): string {
  return `http://buildkit-session/${session}`;
}

export interface BuildSettings {
  readonly labels: Readonly<Record<string, string>>;
  /** Builds every step without the cache. */
  readonly noCache?: boolean;
  /** Looks for newer base images. */
  readonly pull?: boolean;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** What the IDs of cache mounts begin with, if the Dockerfile is a file of the context. */
  readonly cacheNamespace?: string;
}

/** By what the engine knows a build and its session, and where it runs them. */
export interface BuildPlace {
  readonly ref: string;
  readonly session: string;
  /** The cgroup in which the steps' processes run, an absolute path on the engine's host; the engine's own if undefined. */
  readonly cgroup: string | undefined;
}

/** What a build can have beside its context. */
export interface BuildParts {
  /** The stage of the Dockerfile to build; the last one if absent. */
  readonly target?: string | undefined;
  /** The text of the Dockerfile, if it is not the file `Dockerfile` of the context. */
  readonly dockerfile?: string | undefined;
  /** What steps get at `--mount=type=secret`, by ID; at most 500 KiB each. No cache key and no layer depends on them. */
  readonly secrets?: BuildSecrets | undefined;
}

/** Values by ID. */
export type BuildSecrets = Readonly<Record<string, Buffer>>;

/** The request: an image without a tag, from the context that the session gives. */
export function requestOf(
  settings: BuildSettings & BuildParts,
  { ref, session, cgroup }: BuildPlace,
): SolveRequest {
  const {
    labels,
    noCache = false,
    pull = false,
    buildArgs = {},
    target,
    dockerfile,
    cacheNamespace,
  } = settings;
  return {
    ref,
    session,
    exporter: 'moby',
    frontend: 'dockerfile.v0',
    frontendAttrs: {
      context: contextUrl(session),
      filename: 'Dockerfile',
      'image-resolve-mode': pull ? 'pull' : 'default',
      ...(dockerfile === undefined ? {} : { dockerfilekey: DOCKERFILE_SOURCE }),
      ...(target === undefined ? {} : { target }),
      ...(noCache ? { 'no-cache': '' } : {}),
      ...(cgroup === undefined ? {} : { 'cgroup-parent': cgroup }),
      // BuildKit puts it before each ID: one cannot leave it. A Dockerfile apart has the IDs in its text already.
      ...(cacheNamespace === undefined || dockerfile !== undefined
        ? {}
        : { 'build-arg:BUILDKIT_CACHE_MOUNT_NS': cacheNamespace }),
      ...prefixed('build-arg', buildArgs),
      ...prefixed('label', labels),
    },
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}:${key}`, value]));
}
