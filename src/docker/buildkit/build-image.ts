/** Builds an image with BuildKit, through the engine's API. */
import { finished, type Readable } from 'node:stream';
import { FaasoError, systemCodeOf } from '../../errors.ts';
import { buildCgroup, forgoBuildCgroup } from './build-cgroup.ts';
import { cgroupRefusal, failureOf, isOfDamagedCache, NO_IMAGE } from './build-failure.ts';
import { requestOf, type BuildParts, type BuildPlace, type BuildSettings } from './build-request.ts';
import { openBuildSession } from './build-session.ts';
import { openBuildKit, type BuildKit } from './buildkit.ts';
import { BuildProgress, type BuildEvent } from './buildkit-progress.ts';
import type { Engine } from '../engine/engine.ts';
import { GrpcError } from './grpc.ts';
import { replayable } from './replayable-context.ts';
import { inspectImage, listImages, removeImage, tagImage } from '../images.ts';

export type { BuildEvent } from './buildkit-progress.ts';

export interface BuildImageOptions extends BuildSettings, BuildParts {
  /** The build context as a tar, with a `Dockerfile` at its top unless `dockerfile` is set. */
  readonly context: Readable;
  /** Given to the image only if the build succeeds. */
  readonly tags: readonly string[];
  /** Runs the work that sets the tags when nobody else is at them; at once if absent. A cancel holds until then. */
  readonly inTurn?: (work: () => Promise<void>) => Promise<void>;
  readonly onEvent: (event: BuildEvent) => void;
  /** Aborting cancels the build in the engine. */
  readonly signal?: AbortSignal | undefined;
}

/** An engine whose build has ended says within this time that it has nothing more to tell, or is not listened to. */
const LAST_WORDS_WITHIN_MS = 10_000;

/** The largest context that can be sent a second time, in bytes. */
const KEEP_BYTES = 16 * 1024 * 1024;

/**
 * Builds an image. The engine is given no tags: they are set once the build has succeeded and was not cancelled, so
 * that a cancel that comes late leaves none behind.
 * @returns its ID
 * Throws `build_failed` with the engine's words, and the failing step's last lines as details; `cancelled`; what
 * reading the context throws; `engine_*`.
 */
export async function buildImage(engine: Engine, options: BuildImageOptions): Promise<string> {
  const { tags, signal, inTurn = atOnce } = options;
  const id = await builtOnce(engine, options);
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

/** An engine can lose a layer that its build cache still names, and then each build that needs it fails: so it is built without the cache. */
async function builtOnce(engine: Engine, options: BuildImageOptions): Promise<string> {
  const kept = replayable(options.context, KEEP_BYTES);
  try {
    return await new Build(engine, { ...options, context: kept.stream }).run();
  } catch (error) {
    const context = kept.all();
    if (!isOfDamagedCache(error) || options.noCache || !context || options.signal?.aborted) throw error;
    return await new Build(engine, { ...options, context, noCache: true }).run();
  } finally {
    options.context.on('error', () => undefined).destroy();
  }
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
  /** Aborted when all is over: cuts the connections. */
  readonly #over = new AbortController();
  readonly #cancelled = new AbortController();
  readonly #broken = Promise.withResolvers<never>();

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
      unwatch();
    }
  }

  async #build(): Promise<string> {
    const cgroup = buildCgroup(this.#engine);
    const session = await openBuildSession(this.#engine, this.#options, this.#over.signal);
    try {
      const kit = await openBuildKit(this.#engine, this.#over.signal);
      this.#over.signal.addEventListener('abort', () => {
        kit.close();
      });
      return await this.#solve(kit, { session: session.id, cgroup: await cgroup });
    } finally {
      session.close();
    }
  }

  async #solve(kit: BuildKit, place: Omit<BuildPlace, 'ref'>): Promise<string> {
    const progress = new BuildProgress(this.#options.onEvent);
    const told = this.#follow(kit, progress);
    try {
      const request = requestOf(this.#options, { ref: this.#id, ...place });
      const id = await kit.solve(request, this.#cancelled.signal);
      await told;
      if (id !== undefined) return id;
    } catch (error) {
      await told;
      if (this.#cancelled.signal.aborted) await discardUntagged(this.#engine, this.#options.labels);
      throw this.#withoutCgroup(failureOf(error, progress), place.cgroup);
    }
    throw new FaasoError('build_failed', NO_IMAGE);
  }

  /** There are hosts where the engine can't run builds in a cgroup of our choice: the next one runs where the engine puts it. */
  #withoutCgroup(error: unknown, cgroup: string | undefined): unknown {
    const refusal = cgroup === undefined ? undefined : cgroupRefusal(error, cgroup);
    if (refusal) forgoBuildCgroup(this.#engine);
    return refusal ?? error;
  }

  /** Tells the progress; resolves when there is no more of it, or when the build has ended for a while. */
  async #follow(kit: BuildKit, progress: BuildProgress): Promise<void> {
    const tell = async (): Promise<void> => kit.follow(this.#id, (trace) => progress.add(trace));
    await tell().catch((error: unknown) => {
      // What the listener throws ends the build; missing progress does not.
      if (!(error instanceof GrpcError)) this.#giveUp(error);
    });
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
   * As long as the engine has not got the whole context it can make no image: the connections are cut. From then on the
   * build is cancelled and its end waited for, since an image may just have been made.
   */
  #cancel(): void {
    if (!this.#options.context.readableEnded) {
      this.#giveUp(cancelled());
      return;
    }
    this.#cancelled.abort();
    setTimeout(() => this.#giveUp(cancelled()), LAST_WORDS_WITHIN_MS).unref();
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

/** Removes what a cancelled build may have made all the same: images of all of its labels that have no tag. */
async function discardUntagged(engine: Engine, labels: Readonly<Record<string, string>>): Promise<void> {
  const [first] = Object.entries(labels);
  if (!first) return;
  const images = await listImages(engine, { label: first.join('=') });
  const same = images.filter((image) =>
    Object.entries(labels).every(([key, value]) => image.labels[key] === value),
  );
  for (const { id } of same) await discard(engine, id);
}

function cancelled(): FaasoError {
  return new FaasoError('cancelled', 'The build was cancelled.');
}

/** The maker of the context reports what is wrong with it; a context that just ends gets an error here. */
function endedEarly(error: Error): Error {
  if (systemCodeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') return error;
  const message = 'The build context ended before it was complete. Send it again.';
  return new FaasoError('bad_context', message, { cause: error });
}
