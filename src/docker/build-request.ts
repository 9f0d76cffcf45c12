/** What BuildKit is asked for. Pure. */
import type { SolveRequest } from './buildkit-messages.ts';
import { contextUrl } from './build-session.ts';

export interface BuildSettings {
  readonly labels: Readonly<Record<string, string>>;
  /** Builds every step anew. */
  readonly noCache?: boolean;
  /** Looks for newer base images. */
  readonly pull?: boolean;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** By what the engine knows a build and its session, and where it runs them. */
export interface BuildPlace {
  readonly ref: string;
  readonly session: string;
  /** The cgroup in which the steps' processes run, an absolute path on the engine's host; the engine's own if undefined. */
  readonly cgroup: string | undefined;
}

/** The request: an image without a tag, from the context that the session gives. */
export function requestOf(settings: BuildSettings, { ref, session, cgroup }: BuildPlace): SolveRequest {
  const { labels, noCache = false, pull = false, buildArgs = {} } = settings;
  return {
    ref,
    session,
    exporter: 'moby',
    frontend: 'dockerfile.v0',
    frontendAttrs: {
      context: contextUrl(session),
      filename: 'Dockerfile',
      'image-resolve-mode': pull ? 'pull' : 'default',
      ...(noCache ? { 'no-cache': '' } : {}),
      ...(cgroup === undefined ? {} : { 'cgroup-parent': cgroup }),
      ...prefixed('build-arg', buildArgs),
      ...prefixed('label', labels),
    },
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}:${key}`, value]));
}
