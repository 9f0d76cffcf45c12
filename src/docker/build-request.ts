/** The engine's two requests about a build. dockerode's own leave a session open when a build is cancelled. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { dial } from './dial.ts';
import type { Engine } from './engine.ts';

export interface BuildSettings {
  readonly labels: Readonly<Record<string, string>>;
  /** Builds every step anew. */
  readonly noCache?: boolean;
  /** Looks for newer base images. */
  readonly pull?: boolean;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly processLimits?: ProcessLimits;
}

/**
 * What each process of a build may take. BuildKit has no limits for a build as a whole: it ignores the engine's own
 * `memory`, `cpuquota` and `cgroupparent` (seen with Engine 26.1).
 */
export interface ProcessLimits {
  /** Bytes of memory that it allocates (RLIMIT_DATA). */
  readonly memoryBytes?: number | undefined;
  /** Seconds on a processor, after which it is killed (RLIMIT_CPU). */
  readonly cpuSeconds?: number | undefined;
}

/** By what the engine knows a build and its session. */
export interface BuildIds {
  readonly build: string;
  readonly session: string;
}

/**
 * Asks for a build. The engine answers when it has begun; reading the context and building take their time, so there
 * is no deadline. Aborting cuts the connection, then and later.
 * @returns its answer, to be read by readBuild
 * Throws `engine_*`.
 */
export async function requestBuild(
  engine: Engine,
  options: BuildSettings & { readonly context: Readable },
  ids: BuildIds,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = {
    method: 'POST',
    path: '/build?',
    file: options.context,
    isStream: true,
    abortSignal: signal,
    options: queryOf(options, ids),
    statusCodes: { 200: true, 400: 'bad request', 500: 'server error' },
  };
  const build = async (docker: Docker): Promise<unknown> => dial(docker, request);
  const forEver = { signal, timeoutMs: 0 };
  const answer = (await engine.call('building an image', build, forEver)) as IncomingMessage;
  answer.on('error', () => undefined);
  signal.addEventListener('abort', () => answer.destroy());
  return answer;
}

/** Asks the engine to cancel a build, which then fails. One that has ended is fine. Throws `engine_*`. */
export async function cancelBuild(engine: Engine, build: string): Promise<void> {
  await engine.call('cancelling a build', async (docker, abortSignal) =>
    dial(docker, {
      method: 'POST',
      path: '/build/cancel?',
      options: { _query: { id: build }, _body: {} },
      abortSignal,
      statusCodes: { 200: true, 204: true, 404: true, 500: 'server error' },
    }),
  );
}

function queryOf(settings: BuildSettings, ids: BuildIds): object {
  return {
    version: '2',
    buildid: ids.build,
    session: ids.session,
    labels: { ...settings.labels },
    buildargs: { ...settings.buildArgs },
    // As text: the client would send an array as several keys.
    ulimits: JSON.stringify(ulimitsOf(settings.processLimits ?? {})),
    rm: true,
    forcerm: true,
    ...(settings.noCache === true ? { nocache: true } : {}),
    ...(settings.pull === true ? { pull: true } : {}),
  };
}

function ulimitsOf({ memoryBytes, cpuSeconds }: ProcessLimits): object[] {
  return [
    ...(memoryBytes === undefined ? [] : [{ Name: 'data', Soft: memoryBytes, Hard: memoryBytes }]),
    ...(cpuSeconds === undefined ? [] : [{ Name: 'cpu', Soft: cpuSeconds, Hard: cpuSeconds }]),
  ];
}
