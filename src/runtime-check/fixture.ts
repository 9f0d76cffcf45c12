/** Where funkos under test are built and run: a folder, images and containers that are all gone in the end. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContext } from '../builder/context.ts';
import { withoutManifest } from '../builder/tar/without-manifest.ts';
import { buildImage, type BuildEvent } from '../docker/buildkit/build-image.ts';
import { inspectContainer } from '../docker/containers.ts';
import type { Engine } from '../docker/engine/engine.ts';
import { inspectImage, removeImage } from '../docker/images.ts';
import { createContainer, removeContainer, startContainer, stopContainer } from '../docker/instance-calls.ts';
import { FaasoError } from '../errors.ts';
import { describeExit, untilExited } from '../lifecycle/rollout/exit-detection.ts';
import { untilReady } from '../health/probe.ts';
import { excerptOf, logEnds } from '../lifecycle/logs/log-ends.ts';
import { secondsSince } from '../util/seconds.ts';
import { putSecrets } from './test-secrets.ts';
import { portOf } from '../funko/naming/labels.ts';

/** The engine's default network: what is tested here must never look like a funko in service. */
export const NETWORK = 'bridge';
const READY_WITHIN_MS = 30_000;
/** As FaaSO gives an instance that it stops. */
export const GRACE_SECONDS = 10;

export interface FixtureOptions {
  readonly engine: Engine;
  readonly runtimesFolder: string;
  /** Labels of all images and containers. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export type BuildStep = Extract<BuildEvent, { type: 'step' }>;

export interface BuiltFunko {
  readonly imageId: string;
  /** Bytes. */
  readonly size: number;
  /** How the build's steps ended. */
  readonly steps: readonly BuildStep[];
  readonly seconds: number;
  readonly env: Readonly<Record<string, string>>;
  readonly health: string;
}

export interface RunningFunko {
  readonly id: string;
  /** On 127.0.0.1. */
  readonly port: number;
  readonly health: string;
  /** From the start of the container until it was ready. */
  readonly seconds: number;
}

export class Fixture implements AsyncDisposable {
  readonly options: FixtureOptions;
  /** Where the funko under test lies; to be made. */
  readonly folder: string;
  readonly #root: string;
  readonly #id: string;
  readonly #tags: string[] = [];
  readonly #containers = new Set<string>();

  private constructor(options: FixtureOptions, root: string) {
    this.options = options;
    this.#root = root;
    this.folder = join(root, 'check');
    this.#id = randomBytes(4).toString('hex');
  }

  static async open(options: FixtureOptions): Promise<Fixture> {
    return new Fixture(options, await mkdtemp(join(tmpdir(), 'faaso-check-')));
  }

  /** Builds a funko's folder. Throws `bad_*`, `build_failed`, `cancelled`, `engine_*`. */
  async build(folder: string): Promise<BuiltFunko> {
    const { engine, runtimesFolder, labels = {}, signal } = this.options;
    const startedAt = performance.now();
    const { tar, dockerfile, manifest, health } = await openContext({
      folder,
      runtimesFolder,
      secrets: [],
      ...(signal ? { signal } : {}),
    });
    const steps = new Map<string, BuildStep>();
    const onEvent = (event: BuildEvent): void => {
      if (event.type === 'step') steps.set(event.id, event);
    };
    const tag = `faaso-runtime-check:${this.#id}-${this.#tags.length + 1}`;
    this.#tags.push(tag);
    const imageId = await buildImage(engine, {
      context: withoutManifest(tar),
      dockerfile,
      tags: [tag],
      labels,
      onEvent,
      signal,
    });
    const image = await inspectImage(engine, imageId, signal);
    const seconds = secondsSince(startedAt);
    return {
      imageId,
      size: image?.size ?? 0,
      steps: [...steps.values()],
      seconds,
      env: manifest.env,
      health,
    };
  }

  /**
   * Runs an image with the rights that FaaSO gives its instances, and waits until it is ready.
   * Throws `not_ready` with the end of its log as details, `engine_*`.
   */
  async start(built: BuiltFunko, secrets: Readonly<Record<string, string>> = {}): Promise<RunningFunko> {
    const { engine, signal } = this.options;
    const id = await this.#create(built);
    await putSecrets(engine, id, secrets);
    const startedAt = performance.now();
    await startContainer(engine, id, signal);
    const port = await this.#portOf(id);
    await this.#ready(id, port, built.health);
    return { id, port, health: built.health, seconds: secondsSince(startedAt) };
  }

  /** Sends the stop signal and waits until it has ended, at most the grace period. */
  async stop({ id }: RunningFunko): Promise<{ exitCode: number; seconds: number }> {
    const startedAt = performance.now();
    await stopContainer(this.options.engine, id, GRACE_SECONDS);
    const container = await inspectContainer(this.options.engine, id);
    return { exitCode: container?.exitCode ?? -1, seconds: secondsSince(startedAt) };
  }

  /** Both ends of a container's log. */
  async log({ id }: Pick<RunningFunko, 'id'>): Promise<string[]> {
    return excerptOf(await logEnds(this.options.engine, id));
  }

  async remove({ id }: Pick<RunningFunko, 'id'>): Promise<void> {
    await removeContainer(this.options.engine, id);
    this.#containers.delete(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { engine } = this.options;
    for (const id of this.#containers) await removeContainer(engine, id);
    for (const tag of this.#tags) await removeImage(engine, tag);
    await rm(this.#root, { recursive: true, force: true });
  }

  async #create({ imageId, env }: BuiltFunko): Promise<string> {
    const name = `runtime-check-${this.#id}-${randomBytes(2).toString('hex')}`;
    const id = await createContainer(this.options.engine, {
      name,
      image: imageId,
      labels: this.options.labels ?? {},
      env,
      network: NETWORK,
      aliases: [],
      publish: { containerPort: portOf({}) ?? 3000 },
    });
    this.#containers.add(id);
    return id;
  }

  async #portOf(id: string): Promise<number> {
    const { engine, signal } = this.options;
    const container = await inspectContainer(engine, id, signal);
    const port = container?.ports.find(({ host }) => host > 0)?.host;
    if (port !== undefined) return port;
    const details = await this.log({ id });
    const why = describeExit(container) ?? 'the engine gave it no port';
    throw new FaasoError('not_ready', `it did not get ready: ${why}`, { details });
  }

  async #ready(id: string, port: number, path: string): Promise<void> {
    const { engine, signal } = this.options;
    const over = new AbortController();
    const late = AbortSignal.timeout(READY_WITHIN_MS);
    const any = AbortSignal.any([over.signal, late, ...(signal ? [signal] : [])]);
    try {
      await Promise.race([untilReady({ host: '127.0.0.1', port, path }, any), untilExited(engine, id, any)]);
    } catch (error) {
      const details = await this.log({ id });
      if (signal?.aborted) throw error;
      const why = late.aborted ? `${path} did not answer within ${READY_WITHIN_MS / 1000} s` : String(error);
      throw new FaasoError('not_ready', `it did not get ready: ${why}`, { cause: error, details });
    } finally {
      over.abort();
    }
  }
}
