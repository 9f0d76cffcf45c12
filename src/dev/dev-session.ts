/**
 * `faaso dev`: a funko that follows its folder. A saved file is written into the container where the runtime declares it; any other
 * change is built, and the new container replaces the old one when it is ready. A fault in the code is reported; the next save retries.
 */
import { changeBetween } from '../builder/changes.ts';
import type { ChangeCause, ContextChange, ContextSnapshot } from '../builder/changes.ts';
import type { BuildContext } from '../builder/context.ts';
import { FaasoError } from '../errors.ts';
import { secondsSince } from '../util/seconds.ts';
import { DevContainer, type Stream } from './dev-container.ts';
import type { DevOptions } from './dev-events.ts';
import { DevSite } from './dev-site.ts';
import { helpAtEnd, takenOver } from './endings.ts';
import { FolderWatch, until } from './folder-watch.ts';
import { takeSnapshot, type Seen } from './snapshot.ts';
import { Relay } from './relay.ts';
import { secretsWarning } from './secrets-warning.ts';

/** How much of the log a client is told of a program that ended. */
const LAST_LINES = 20;

/** What runs, and what it was made of. */
interface RunningProgram {
  readonly container: DevContainer;
  readonly image: string;
  readonly context: BuildContext;
  /** What is in it now. */
  readonly snapshot: ContextSnapshot;
}

const NOTHING: ContextSnapshot = new Map();

/**
 * Runs a session until the signal is aborted; then nothing of it is left but the engine's build cache.
 * Throws the signal's reason; what `openContext` throws if the folder is not a funko at the start; `conflict` if the port is taken
 * or another session takes over; `engine_*`.
 */
export async function runDev(options: DevOptions, signal: AbortSignal): Promise<never> {
  using watch = new FolderWatch();
  const seen = await takeSnapshot(options, watch, signal);
  const { name } = seen.context.manifest;
  const site = new DevSite(name, options);
  await using relay = await Relay.listen(options.port);
  options.onStart({ funko: name, url: relay.url });
  try {
    await site.takeOver();
    return await new DevSession(options, { site, relay, watch }, signal).run(seen);
  } finally {
    await site.sweep();
  }
}

interface Parts {
  readonly site: DevSite;
  readonly relay: Relay;
  readonly watch: FolderWatch;
}

class DevSession {
  readonly #options: DevOptions;
  readonly #parts: Parts;
  readonly #taken = new AbortController();
  readonly #signal: AbortSignal;
  #running: RunningProgram | undefined;
  /** Whether the program of what runs answers, or will. */
  #isUp = false;
  /** What the last try was about, whether it succeeded or not. */
  #tried: ContextSnapshot = NOTHING;
  /** What was seen while that try still went on. */
  #next: Seen | undefined;
  #lastLines: string[] = [];
  #warned: string | undefined;

  constructor(options: DevOptions, parts: Parts, signal: AbortSignal) {
    this.#options = options;
    this.#parts = parts;
    this.#signal = AbortSignal.any([signal, this.#taken.signal]);
  }

  async run(first: Seen): Promise<never> {
    for (const message of first.context.warnings) this.#options.onEvent({ type: 'warning', message });
    for (let seen: Seen | undefined = first; ; seen = this.#next) {
      if (!seen) await this.#parts.watch.next(this.#signal);
      await this.#try(seen);
    }
  }

  async #look(): Promise<Seen> {
    return takeSnapshot(this.#options, this.#parts.watch, this.#signal);
  }

  /** What a person can fix by saving again is told; the rest ends the session. */
  async #try(seen: Seen | undefined): Promise<void> {
    this.#next = undefined;
    try {
      await this.#take(seen ?? (await this.#look()));
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof FaasoError) || error.code === 'engine_unreachable') throw error;
      this.#options.onEvent({ type: 'problem', error });
      if (!this.#isUp) this.#parts.relay.down([error.message, ...error.details].join('\n'));
    }
  }

  async #take(seen: Seen): Promise<void> {
    const { context, snapshot } = seen;
    const running = this.#running;
    try {
      if (this.#isOld(seen)) return;
      this.#tried = snapshot;
      const change: ContextChange = running
        ? changeBetween(running.snapshot, snapshot, running.context.dev)
        : { kind: 'build', because: { path: '', how: 'added' } };
      if (change.kind === 'sync' && running && running.context.manifest.readonly !== true) {
        await this.#reload(running, change, seen);
      } else if (change.kind !== 'none') {
        await this.#rebuild(seen, running ? causeOf(change) : null);
      }
    } finally {
      context.tar.destroy();
    }
  }

  /** Whether this was tried already: what was heard was about a file that does not count. */
  #isOld({ snapshot }: Seen): boolean {
    return changeBetween(this.#tried, snapshot, null).kind === 'none';
  }

  async #reload(
    running: RunningProgram,
    { items, paths }: Extract<ContextChange, { kind: 'sync' }>,
    { snapshot }: Seen,
  ): Promise<void> {
    const startedAt = performance.now();
    const { container, context } = running;
    // Before anything is said or written: what comes now would meet a program that is about to be killed.
    const goOn = context.dev?.reload === 'none' ? undefined : this.#parts.relay.hold();
    this.#options.onEvent({ type: 'reloading', paths });
    await container.write(items).catch((error: unknown) => {
      goOn?.();
      throw error;
    });
    this.#running = { ...running, snapshot };
    await container.reload();
    const port = await this.#settled(container, context);
    if (port !== undefined) this.#ready(port, startedAt);
  }

  async #rebuild(seen: Seen, because: ChangeCause | null): Promise<void> {
    const { onEvent } = this.#options;
    const startedAt = performance.now();
    onEvent({ type: 'building', because });
    const [image] = await Promise.all([
      this.#parts.site.build(seen.context, onEvent, this.#signal),
      this.#warn(seen.context),
    ]);
    const container = await this.#containerOf(image, seen.context);
    const old = this.#running;
    const next: RunningProgram = { ...seen, container, image };
    // Without an old one, one that does not start is kept: the next save may fix it.
    if (!old) this.#running = next;
    await container.start();
    const port = await this.#settled(container, seen.context);
    if (port !== undefined) {
      this.#running = next;
      this.#ready(port, startedAt);
      if (old) await this.#discard(old);
    } else if (old) {
      await this.#discard(next);
    }
  }

  async #warn(context: BuildContext): Promise<void> {
    const message = await secretsWarning(this.#options, context.manifest, this.#signal);
    if (message !== undefined && message !== this.#warned)
      this.#options.onEvent({ type: 'warning', message });
    this.#warned = message;
  }

  async #containerOf(image: string, context: BuildContext): Promise<DevContainer> {
    const { engine } = this.#options;
    const { id, name } = await this.#parts.site.create(image, context, this.#signal);
    return new DevContainer({
      ...{ engine, id, name, signal: this.#signal, reload: context.dev?.reload ?? 'container' },
      onLine: (stream, text) => this.#written(stream, text),
      onWrongPort: (message) => this.#options.onEvent({ type: 'warning', message }),
      onGone: () => this.#taken.abort(takenOver(name)),
    });
  }

  /** Gives its port when the program is ready; none if it has ended, which is told, or if something was saved meanwhile. */
  async #settled(container: DevContainer, { manifest, health }: BuildContext): Promise<number | undefined> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#signal]);
    const ready = container.ready(manifest.healthcheck?.path ?? health, signal);
    ready.catch(() => undefined);
    // Heard also when it ends later on.
    const ended = container.ended.then((exitCode) => this.#tellEnd(container, exitCode, manifest.name));
    try {
      return await until(Promise.race([ready, ended, this.#overtaken(signal)]), this.#signal);
    } finally {
      over.abort();
    }
  }

  /** Resolves when something else was saved; what does not count is not heeded. */
  async #overtaken(signal: AbortSignal): Promise<undefined> {
    for (;;) {
      await this.#parts.watch.next(signal);
      const seen = await this.#look();
      if (!this.#isOld(seen)) {
        this.#next = seen;
        return undefined;
      }
      seen.context.tar.destroy();
    }
  }

  #tellEnd(container: DevContainer, exitCode: number, funko: string): undefined {
    const { network, onEvent } = this.#options;
    onEvent({ type: 'ended', exitCode });
    const help = helpAtEnd(exitCode, this.#lastLines, { network, funko, flags: '-l ' });
    for (const message of help) onEvent({ type: 'warning', message });
    if (this.#running?.container === container) this.#isUp = false;
    const why = [`The program ended with exit status ${exitCode}.`, ...help, ...this.#lastLines];
    if (!this.#isUp) this.#parts.relay.down(why.join('\n'));
  }

  #ready(port: number, startedAt: number): void {
    this.#isUp = true;
    this.#lastLines = [];
    this.#parts.relay.open(port);
    this.#options.onEvent({ type: 'ready', seconds: secondsSince(startedAt) });
  }

  #written(stream: Stream, text: string): void {
    this.#lastLines = [...this.#lastLines, text].slice(-LAST_LINES);
    this.#options.onEvent({ type: 'written', stream, text });
  }

  async #discard({ container, image }: RunningProgram): Promise<void> {
    await container.remove();
    await this.#parts.site.removeImage(image);
  }
}

/** Of a change that is built; what could be written into a container is, where that is read-only. */
function causeOf(change: Exclude<ContextChange, { kind: 'none' }>): ChangeCause {
  return change.kind === 'build' ? change.because : { path: change.paths[0] ?? '', how: 'changed' };
}
