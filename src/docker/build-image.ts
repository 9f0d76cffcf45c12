/** Builds an image with BuildKit, through the engine's API. */
import { finished, type Readable } from 'node:stream';
import { FaasoError, systemCodeOf } from '../errors.ts';
import { readBuild } from './build-answer.ts';
import { cancelBuild, requestBuild, type BuildSettings } from './build-request.ts';
import { openBuildSession } from './build-session.ts';
import type { BuildEvent } from './buildkit-progress.ts';
import type { Engine } from './engine.ts';
import { inspectImage, removeImage, tagImage } from './images.ts';

export type { BuildEvent } from './buildkit-progress.ts';

export interface BuildImageOptions extends BuildSettings {
  /** The build context as a tar, with a `Dockerfile` at its top. */
  readonly context: Readable;
  /** Given to the image only if the build succeeds. */
  readonly tags: readonly string[];
  /** Runs the work that sets the tags when nobody else is at them; at once if absent. A cancel holds until then. */
  readonly inTurn?: (work: () => Promise<void>) => Promise<void>;
  readonly onEvent: (event: BuildEvent) => void;
  /** Aborting cancels the build in the engine. */
  readonly signal?: AbortSignal | undefined;
}

/** An engine that was asked to cancel a build says within this time how that ended, or the connection is cut. */
const CANCEL_WITHIN_MS = 10_000;

/**
 * Builds an image. The engine is given no tags: they are set once the build has succeeded and was not cancelled, so
 * that a cancel that comes late leaves none behind.
 * @returns its ID
 * Throws `build_failed` with the engine's words, and the failing step's last lines as details; `cancelled`; what
 * reading the context throws; `engine_*`.
 */
export async function buildImage(engine: Engine, options: BuildImageOptions): Promise<string> {
  const { tags, signal, inTurn = atOnce } = options;
  const id = await new Build(engine, options).run();
  await inTurn(async () => {
    if (!signal?.aborted) {
      await tagAll(engine, id, tags);
      return;
    }
    await discard(engine, id);
    throw cancelled();
  });
  return id;
}

async function atOnce(work: () => Promise<void>): Promise<void> {
  await work();
}

/** All of the tags or none: a build that failed must not look like a version. */
async function tagAll(engine: Engine, id: string, tags: readonly string[]): Promise<void> {
  const done: string[] = [];
  try {
    for (const tag of tags) {
      await tagImage(engine, id, tag);
      done.push(tag);
    }
  } catch (error) {
    const left = await untag(engine, done);
    // Without a tag it does no harm where it can't be removed.
    await discard(engine, id).catch(() => undefined);
    throw withLeft(error, left);
  }
}

/** Removes tags, and gives those that could not be removed. */
async function untag(engine: Engine, tags: readonly string[]): Promise<string[]> {
  const removed = await Promise.all(tags.map(async (tag) => removeImage(engine, tag).catch(() => false)));
  return tags.filter((_tag, index) => removed[index] === false);
}

/** The same error, saying too which tags could not be removed. */
function withLeft(error: unknown, left: readonly string[]): unknown {
  if (left.length === 0 || !(error instanceof FaasoError)) return error;
  const tags = left.join(' ');
  const message = `${error.message} The image keeps the tag ${tags}; remove it with: docker image rm ${tags}`;
  return new FaasoError(error.code, message, { cause: error });
}

/** One build, up to an image without a tag. */
class Build {
  readonly #engine: Engine;
  readonly #options: BuildImageOptions;
  /** By which the engine knows it. */
  readonly #id = crypto.randomUUID();
  /** Aborted when all is over: cuts the connection. */
  readonly #over = new AbortController();
  readonly #answered = Promise.withResolvers<undefined>();
  readonly #broken = Promise.withResolvers<never>();
  #tooLate: NodeJS.Timeout | undefined;

  constructor(engine: Engine, options: BuildImageOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#broken.promise.catch(() => undefined);
  }

  async run(): Promise<string> {
    const unwatch = this.#watch();
    try {
      return await Promise.race([this.#broken.promise, this.#build()]);
    } catch (error) {
      throw this.#options.signal?.aborted ? cancelled() : error;
    } finally {
      this.#over.abort();
      clearTimeout(this.#tooLate);
      unwatch();
    }
  }

  async #build(): Promise<string> {
    const session = await openBuildSession(this.#engine, this.#over.signal);
    try {
      const ids = { build: this.#id, session: session.id };
      const answer = await requestBuild(this.#engine, this.#options, ids, this.#over.signal);
      this.#answered.resolve(undefined);
      return await readBuild(answer, this.#options.onEvent);
    } catch (error) {
      throw systemCodeOf(error) === 'ECONNRESET' ? brokenOff(error) : error;
    } finally {
      session.close();
    }
  }

  /** Looks out for a cancel and for a context that breaks, until it is told to stop. */
  #watch(): () => void {
    const { context, signal } = this.#options;
    const cancel = (): void => {
      this.#cancel();
    };
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    const unwatch = finished(context, { writable: false }, (error) => {
      if (error) this.#giveUp(endedEarly(error));
    });
    return () => {
      signal?.removeEventListener('abort', cancel);
      unwatch();
      context.on('error', () => undefined);
      context.destroy();
    };
  }

  /**
   * As long as the engine has not got the whole context it can make no image: the connection is cut. From then on it
   * is asked to cancel and listened to, for it may say that the image has just been made.
   */
  #cancel(): void {
    if (!this.#options.context.readableEnded) {
      this.#giveUp(cancelled());
      return;
    }
    const giveUp = (): void => {
      this.#giveUp(cancelled());
    };
    this.#tooLate = setTimeout(giveUp, CANCEL_WITHIN_MS);
    this.#answered.promise.then(async () => cancelBuild(this.#engine, this.#id)).catch(giveUp);
  }

  /** Ends `run` with this error; the rest follows from there. */
  #giveUp(error: unknown): void {
    this.#broken.reject(error);
  }
}

/** Removes an image that nobody will use; one that has a tag is somebody's. */
async function discard(engine: Engine, id: string): Promise<void> {
  const image = await inspectImage(engine, id);
  if (image?.tags.length === 0) await removeImage(engine, id);
}

function cancelled(): FaasoError {
  return new FaasoError('cancelled', 'The build was cancelled.');
}

/** Whoever makes the context says what is wrong with it; one that just ends gets an error here. */
function endedEarly(error: Error): Error {
  if (systemCodeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') return error;
  const message = 'The build context ended before it was complete. Send it again.';
  return new FaasoError('bad_context', message, { cause: error });
}

function brokenOff(cause: unknown): FaasoError {
  const message = 'The engine broke off in the middle of the build. See that it runs, then build again.';
  return new FaasoError('engine_unreachable', message, { cause });
}
