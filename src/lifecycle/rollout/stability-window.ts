/**
 * Watches new instances while old ones are still there to go back to: a program can crash soon after it said that it was
 * ready, and whatever else takes an instance out of traffic counts as well.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { inspectContainer, type Container } from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { FaasoError, messageOf } from '../../errors.ts';
import { factsOf } from '../causes/cause.ts';
import { exitCause, describeExit, untilFault } from './exit-detection.ts';
import { followExits } from './follow-exits.ts';
import { whyUnhealthy } from './health-check.ts';
import { knownHelp } from './hint.ts';
import { endsOrNone, excerptOf, tellingLines } from '../logs/log-ends.ts';
import { isWorker } from '../state/managed.ts';
import { FAILING_CHECK, obstacleOf } from '../state/reachability.ts';
import { secondsSince } from '../../util/seconds.ts';
import type { OperationContext } from '../context.ts';
import { LABEL } from '../../funko/naming/labels.ts';

type WatchedSite = Pick<OperationContext, 'engine' | 'network' | 'host'>;

/** A follower looks every 200 ms, and reads both ends of a log then. */
const FOLLOWER_TELLS_WITHIN_MS = 8_000;

export class StabilityWindow implements Disposable {
  readonly #engine: Engine;
  readonly #context: WatchedSite;
  readonly #logTail: number | undefined;
  readonly #over = new AbortController();
  readonly #failure = Promise.withResolvers<never>();
  readonly #watched: Container[] = [];
  /** When the last one was ready, of `performance.now()`. */
  #readyAt = 0;

  /** @param logTail how many of the last lines of its log are told of one that fails; `SHOWN_LOG_LINES` if absent */
  constructor(context: WatchedSite, logTail?: number) {
    this.#engine = context.engine;
    this.#context = context;
    this.#logTail = logTail;
    this.#failure.promise.catch(() => undefined);
  }

  /** From now on this one, which is ready, is watched. */
  add(container: Container): void {
    this.#readyAt = performance.now();
    this.#watched.push(container);
    void this.#follow(container, this.#readyAt);
  }

  /**
   * Waits until all have been ready for this long (ms).
   * @param signal ends the waiting
   * Throws `not_ready` if one of them ends, is paused, becomes unhealthy or leaves the network meanwhile, or has before, with the end
   * of its log as details.
   */
  async steadyFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const left = Math.max(0, this.#readyAt + milliseconds - performance.now());
    const over = AbortSignal.any([this.#over.signal, ...(signal ? [signal] : [])]);
    const steady = pause(left, undefined, { signal: over }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    await this.during(steady);
    if (milliseconds > 0) await this.during(this.#lookAgain());
  }

  /** A short time can pass between two looks. Throws `not_ready` if something is wrong with one of them at this moment. */
  async #lookAgain(): Promise<void> {
    const found = await Promise.all(
      this.#watched.map(async ({ id }) => inspectContainer(this.#engine, id).catch(() => null)),
    );
    // What the engine does not tell is no fault.
    const faults = found.map((one) => (one === null ? undefined : this.#faultOf(one)));
    const at = faults.findIndex((fault) => fault !== undefined);
    if (at < 0) return;
    // Its events tell more.
    await pause(FOLLOWER_TELLS_WITHIN_MS, undefined, { signal: this.#over.signal });
    throw new FaasoError('not_ready', `${this.#watched[at]?.name ?? ''}: ${faults[at] ?? ''}`);
  }

  /** Waits for work, but no longer than all that are watched take traffic. Throws as `steadyFor` does, and what the work throws. */
  async during<T>(work: Promise<T>): Promise<T> {
    return Promise.race([this.#failure.promise, work]);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  async #follow(container: Container, readyAt: number): Promise<void> {
    const { id, name, labels } = container;
    using exits = await followExits(this.#engine, id);
    try {
      await untilFault(this.#engine, id, (found) => this.#faultOf(found), this.#over.signal);
    } catch (error) {
      // An engine that can't be asked for a moment says nothing about the instance.
      const failed = error instanceof FaasoError && error.code === 'not_ready';
      if (!failed) return;
      const seconds = secondsSince(readyAt);
      const cause = await exitCause(this.#engine, id, exits);
      const why = cause ?? (await whyUnhealthy(this.#engine, id)) ?? messageOf(error);
      const log = await endsOrNone(this.#engine, id);
      const facts = factsOf(this.#context, labels[LABEL.funko] ?? name);
      const hint = knownHelp(new FaasoError('not_ready', why), tellingLines(log), facts);
      const details = excerptOf(log, this.#logTail);
      const was = isWorker(container) ? 'was started' : 'was ready';
      const message = `${name} ${was}, but ${seconds} s later ${why}${hint === '' ? '' : ` ${hint}`}`;
      this.#failure.reject(new FaasoError('not_ready', message, { cause: error, details }));
    }
  }

  /** What takes it out of traffic, in a sentence; undefined if nothing does. */
  #faultOf(found: Container | undefined): string | undefined {
    const end = describeExit(found);
    // What gets no requests need not be reached.
    if (end !== undefined || !found || isWorker(found)) return end;
    const place = obstacleOf(found, this.#context.network, found.labels[LABEL.funko] ?? found.name);
    if (place) return `${place.reason}.`;
    return found.health === 'unhealthy' ? `${FAILING_CHECK}.` : undefined;
  }
}
