/** Builds an image with BuildKit, through the engine's API. */
import { finished, type Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import { FaasoError, systemCodeOf } from '../errors.ts';
import { openBuildSession } from './build-session.ts';
import { readBuild } from './build-answer.ts';
import type { BuildEvent } from './buildkit-progress.ts';
import type { Engine } from './engine.ts';
import { inspectImage, removeImage, tagImage } from './images.ts';

export type { BuildEvent } from './buildkit-progress.ts';

export interface BuildImageOptions {
  /** The build context as a tar, with a `Dockerfile` at its top. */
  readonly context: Readable;
  /** Given to the image only if the build succeeds. */
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly onEvent: (event: BuildEvent) => void;
  /** Aborting cancels the build in the engine. */
  readonly signal?: AbortSignal | undefined;
  readonly noCache?: boolean;
  /** Looks for newer base images. */
  readonly pull?: boolean;
}

/**
 * Builds an image. The engine is given no tags: they are set once the build has succeeded and was not cancelled, so
 * that a cancel that comes late leaves none behind.
 * @returns its ID
 * Throws `build_failed` with the engine's words, and the failing step's last lines as details; `cancelled`; what
 * reading the context throws; `engine_*`.
 */
export async function buildImage(engine: Engine, options: BuildImageOptions): Promise<string> {
  const id = await buildUntagged(engine, options);
  if (options.signal?.aborted) {
    await discard(engine, id);
    throw cancelled();
  }
  for (const tag of options.tags) await tagImage(engine, id, tag);
  return id;
}

async function buildUntagged(engine: Engine, options: BuildImageOptions): Promise<string> {
  const { context } = options;
  const build = new AbortController();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const unwatch = watch(options, (error) => {
    broken.reject(error);
    build.abort(error);
  });
  try {
    return await Promise.race([broken.promise, buildInSession(engine, options, build.signal)]);
  } finally {
    build.abort();
    unwatch();
    context.on('error', () => undefined);
    context.destroy();
  }
}

/** Calls `giveUp` when the build is cancelled or its context breaks, until it is told to stop watching. */
function watch(options: BuildImageOptions, giveUp: (error: unknown) => void): () => void {
  const { context, signal } = options;
  const cancel = (): void => {
    giveUp(cancelled());
  };
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  const unwatch = finished(context, { writable: false }, (error) => {
    if (error) giveUp(systemCodeOf(error) === 'ERR_STREAM_PREMATURE_CLOSE' ? endedEarly(error) : error);
  });
  return () => {
    signal?.removeEventListener('abort', cancel);
    unwatch();
  };
}

/** Removes an image that nobody will use; one that has a tag is somebody's. */
async function discard(engine: Engine, id: string): Promise<void> {
  const image = await inspectImage(engine, id);
  if (image?.tags.length === 0) await removeImage(engine, id);
}

function cancelled(): FaasoError {
  return new FaasoError('cancelled', 'The build was cancelled.');
}

function endedEarly(cause: unknown): FaasoError {
  return new FaasoError('bad_context', 'The build context ended before it was complete. Send it again.', {
    cause,
  });
}

function brokenOff(cause: unknown): FaasoError {
  const message = 'The engine broke off in the middle of the build. See that it runs, then build again.';
  return new FaasoError('engine_unreachable', message, { cause });
}

async function buildInSession(
  engine: Engine,
  options: BuildImageOptions,
  signal: AbortSignal,
): Promise<string> {
  const session = await openBuildSession(engine, signal);
  try {
    const answer = await request(engine, options, session.id, signal);
    return await readBuild(answer, options.onEvent);
  } catch (error) {
    throw systemCodeOf(error) === 'ECONNRESET' ? brokenOff(error) : error;
  } finally {
    session.close();
  }
}

/** The engine answers when it has begun; reading the context and building take their time, so there is no deadline. */
async function request(
  engine: Engine,
  options: BuildImageOptions,
  session: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const dial = async (docker: Docker): Promise<IncomingMessage> => {
    const modem = docker.modem as Modem;
    return new Promise((resolve, reject) => {
      modem.dial(buildRequest(options, session, signal), (error, stream) => {
        if (stream) resolve(stream);
        else reject(error ?? new Error('the engine gave no answer'));
      });
    });
  };
  const answer = await engine.call('building an image', dial, { signal, timeoutMs: 0 });
  answer.on('error', () => undefined);
  signal.addEventListener('abort', () => answer.destroy());
  return answer;
}

interface Modem {
  dial(options: object, done: (error: Error | null, stream?: IncomingMessage) => void): void;
}

/** dockerode's own buildImage opens a session that it does not close when a build is cancelled: so by hand. */
function buildRequest(options: BuildImageOptions, session: string, abortSignal: AbortSignal): object {
  return {
    method: 'POST',
    path: '/build?',
    file: options.context,
    isStream: true,
    abortSignal,
    options: {
      version: '2',
      session,
      labels: { ...options.labels },
      rm: true,
      forcerm: true,
      ...(options.noCache === true ? { nocache: true } : {}),
      ...(options.pull === true ? { pull: true } : {}),
    },
    statusCodes: { 200: true, 400: 'bad request', 500: 'server error' },
  };
}
