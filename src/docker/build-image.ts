/** Builds an image with BuildKit, through the engine's API. */
import { finished, type Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { FaasoError } from '../errors.ts';
import { openBuildSession } from './build-session.ts';
import { BuildProgress, type BuildEvent } from './buildkit-progress.ts';
import { decodeTrace } from './buildkit-trace.ts';
import type { Engine } from './engine.ts';
import { JsonLines } from './json-lines.ts';

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
 * Builds an image.
 * @returns its ID
 * Throws `build_failed` with the engine's words, and the failing step's last lines as details; `cancelled`; what
 * reading the context throws; `engine_*`.
 */
export async function buildImage(engine: Engine, options: BuildImageOptions): Promise<string> {
  const { context, signal } = options;
  const cancel = new AbortController();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const giveUp = (error: unknown): void => {
    broken.reject(error);
    cancel.abort(error);
  };
  const onAbort = (): void => {
    giveUp(new FaasoError('cancelled', 'The build was cancelled.'));
  };
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  const unwatch = finished(context, { writable: false }, (error) => {
    if (error) giveUp(error);
  });
  try {
    const session = await openBuildSession(engine, cancel.signal);
    try {
      return await Promise.race([broken.promise, buildInSession(engine, options, session.id, cancel.signal)]);
    } finally {
      cancel.abort();
      session.close();
    }
  } finally {
    unwatch();
    signal?.removeEventListener('abort', onAbort);
    context.destroy();
  }
}

async function buildInSession(
  engine: Engine,
  options: BuildImageOptions,
  session: string,
  signal: AbortSignal,
): Promise<string> {
  const answer = await engine.call(
    'building an image',
    async (docker) => {
      const { modem } = docker as unknown as { modem: Modem };
      return new Promise<IncomingMessage>((resolve, reject) => {
        modem.dial(buildRequest(options, session, signal), (error, stream) => {
          if (stream) resolve(stream);
          else reject(error ?? new Error('the engine gave no answer'));
        });
      });
    },
    { signal, timeoutMs: 0 },
  );
  answer.on('error', () => undefined);
  signal.addEventListener('abort', () => answer.destroy());
  return outcome(answer, options.onEvent);
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
      t: [...options.tags],
      labels: { ...options.labels },
      rm: true,
      forcerm: true,
      ...(options.noCache === true ? { nocache: true } : {}),
      ...(options.pull === true ? { pull: true } : {}),
    },
    statusCodes: { 200: true, 400: 'bad request', 500: 'server error' },
  };
}

interface BuildMessage {
  readonly id?: string;
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** Reads the answer to its end. A failed build is a 200 too: what happened is in the stream. */
async function outcome(answer: IncomingMessage, onEvent: (event: BuildEvent) => void): Promise<string> {
  const lines = new JsonLines();
  const progress = new BuildProgress(onEvent);
  let imageId: string | undefined;
  for await (const chunk of answer) {
    for (const message of lines.push(chunk as Buffer) as BuildMessage[]) {
      if (message.error !== undefined || message.errorDetail) throw failure(message, progress);
      if (message.id === 'moby.buildkit.trace' && typeof message.aux === 'string') {
        progress.add(decodeTrace(message.aux));
      } else if (message.id === 'moby.image.id') {
        imageId = (message.aux as { ID?: string } | undefined)?.ID;
      }
    }
  }
  if (imageId !== undefined) return imageId;
  throw new FaasoError('build_failed', 'The engine ended the build without an image and without an error.');
}

function failure(message: BuildMessage, progress: BuildProgress): FaasoError {
  const words = message.errorDetail?.message ?? message.error ?? 'no reason given';
  const { failed } = progress;
  const details = failed ? [failed.name, ...failed.lastLines] : [];
  return new FaasoError('build_failed', `The build failed: ${words}`, { details });
}
