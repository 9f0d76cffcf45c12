/** One container of a session of `faaso dev`: it takes changed files, restarts its program, and passes on its output. */
import { packItems } from '../builder/tar/pack.ts';
import type { ContextItem } from '../builder/files/walk.ts';
import { logLines } from '../docker/logs/container-log.ts';
import { inspectContainer } from '../docker/containers.ts';
import type { Engine } from '../docker/engine/engine.ts';
import {
  removeContainer,
  restartContainer,
  signalContainer,
  startContainer,
  untilRemoved,
} from '../docker/instance-calls.ts';
import { putArchive } from '../docker/put-archive.ts';
import { listenersOf } from '../docker/helper-container/listening-ports.ts';
import { FaasoError } from '../errors.ts';
import { FUNKO_PORT } from '../funko/naming/names.ts';
import { publishedPort } from '../lifecycle/local/local-host.ts';
import { untilReady } from '../health/probe.ts';
import { tellWrongPort } from '../lifecycle/rollout/slow-start.ts';
import { heard, RESTART_SIGNAL, type Said } from './supervisor.ts';
import { portOf } from '../funko/naming/labels.ts';

/** A person who has just saved is waiting. */
const ASKED_EVERY_MS = 20;
/** A supervisor that was just starting a program can miss a signal; after this time it is sent again. */
const RESTART_WITHIN_MS = 2_000;
const RESTART_ATTEMPTS = 5;

export type Stream = 'stdout' | 'stderr';

export interface DevContainerOptions {
  readonly engine: Engine;
  readonly id: string;
  readonly name: string;
  /** What the runtime declares: `process` means that the supervisor runs in it. */
  readonly reload: string;
  readonly onLine: (stream: Stream, text: string) => void;
  /** It is long in getting ready, and listens elsewhere, as the words say. */
  readonly onWrongPort: (message: string) => void;
  /** Of the session: when that is over it says nothing more. */
  readonly signal: AbortSignal;
  /** Somebody else has removed it. */
  readonly onGone: () => void;
}

export class DevContainer {
  readonly #options: DevContainerOptions;
  readonly #removed = new AbortController();
  readonly #signal: AbortSignal;
  #ended = Promise.withResolvers<number>();
  #restarted = Promise.withResolvers<void>();
  /** On which streams the supervisor has said that the program ended: what it wrote to those is known. */
  readonly #saidEnd = new Set<Stream>();
  /** Of the container itself; its program can have ended all the same. */
  #runs = false;
  #following: Promise<void> = Promise.resolve();

  constructor(options: DevContainerOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#removed.signal]);
  }

  get name(): string {
    return this.#options.name;
  }

  /** Resolves with its exit code when the program that runs now ends by itself. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Starts it. Throws `engine_*`. */
  async start(): Promise<void> {
    await startContainer(this.#options.engine, this.#options.id, this.#signal);
    await this.#follow();
    void this.#listenForRemoval();
  }

  /**
   * Gives the port of this machine that leads to its program when that answers at the path. Never resolves for one that has
   * ended: `ended` does. Throws `engine_*`, and the signal's reason.
   */
  async ready(path: string, signal: AbortSignal): Promise<number> {
    const container = await inspectContainer(this.#options.engine, this.#options.id, this.#signal);
    const port = container && publishedPort(container);
    if (port === undefined) return new Promise(() => undefined);
    const { engine, id, onWrongPort } = this.#options;
    const tell = (words: string): void => onWrongPort(`it is not ready yet: ${words}`);
    const asked = portOf(container?.labels ?? {}) ?? FUNKO_PORT;
    void tellWrongPort({ look: async () => listenersOf(engine, id), port: asked, tell }, signal);
    await untilReady({ host: '127.0.0.1', port, path }, signal, ASKED_EVERY_MS);
    return port;
  }

  /** Writes items, whose paths are the container's. Throws `engine_*`, and `bad_context` for what can't be read. */
  async write(items: readonly ContextItem[]): Promise<void> {
    // The time is now, and not the content's: programs may look for what is newer than what they have.
    const tar = packItems(items, { signal: this.#signal, time: Math.floor(Date.now() / 1000) });
    await putArchive(this.#options.engine, this.#options.id, '/', tar);
  }

  /** Has the program take what was written; when this resolves the old one answers no more. Throws `engine_*`. */
  async reload(): Promise<void> {
    const { engine, id, reload } = this.#options;
    if (reload === 'none' && this.#runs) return;
    if (this.#runs && reload === 'process') {
      await this.#restartProcess();
      return;
    }
    this.#ended = Promise.withResolvers();
    if (!this.#runs) await this.start();
    else if (reload === 'container') await this.#restart();
    else await signalContainer(engine, id, reload);
  }

  /** Removes it, whatever it does. Throws `engine_*`. */
  async remove(): Promise<void> {
    this.#removed.abort();
    await removeContainer(this.#options.engine, this.#options.id);
    await this.#following;
  }

  async #restart(): Promise<void> {
    // The end of the old log is not the end of the program.
    this.#runs = false;
    await restartContainer(this.#options.engine, this.#options.id);
    await this.#following;
    await this.#follow();
  }

  async #restartProcess(): Promise<void> {
    this.#restarted = Promise.withResolvers();
    const { engine, id } = this.#options;
    for (let attempt = 1; attempt <= RESTART_ATTEMPTS; attempt += 1) {
      await signalContainer(engine, id, RESTART_SIGNAL);
      if (await inTime(this.#restarted.promise)) return;
    }
    throw new FaasoError('engine_failed', `${this.name} does not restart its program.`);
  }

  /** Follows the log from this start of the container on; when that ends, so has the container. */
  async #follow(): Promise<void> {
    const { engine, id } = this.#options;
    const container = await inspectContainer(engine, id, this.#signal);
    this.#runs = true;
    this.#following = this.#read(container?.startedAt ?? undefined);
  }

  async #read(since: string | undefined): Promise<void> {
    const { engine, id, onLine } = this.#options;
    const from = since === undefined ? {} : { since };
    try {
      for await (const line of logLines(engine, id, { follow: true, signal: this.#signal, ...from })) {
        const { text, said } = heard(line.text);
        if (text !== null) onLine(line.stream, text);
        if (said) this.#hear(line.stream, said);
      }
    } finally {
      await this.#stopped();
    }
  }

  #hear(stream: Stream, said: Said): void {
    if (said.type === 'restarted') {
      this.#saidEnd.delete(stream);
      if (stream === 'stdout') this.#begun();
      return;
    }
    this.#saidEnd.add(stream);
    if (this.#saidEnd.size === 2) this.#ended.resolve(said.exitCode);
  }

  /** What the supervisor says after this is never about the old program. */
  #begun(): void {
    this.#ended = Promise.withResolvers();
    this.#restarted.resolve();
  }

  async #stopped(): Promise<void> {
    if (!this.#runs || this.#signal.aborted) return;
    this.#runs = false;
    const container = await inspectContainer(this.#options.engine, this.#options.id);
    if (container) this.#ended.resolve(container.exitCode);
  }

  async #listenForRemoval(): Promise<void> {
    const { engine, id, onGone } = this.#options;
    await untilRemoved(engine, id, { timeoutMs: 0, signal: this.#signal }).then(onGone, () => undefined);
  }
}

async function inTime(promise: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), RESTART_WITHIN_MS);
  try {
    return await Promise.race([promise.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
