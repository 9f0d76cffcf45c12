/**
 * Which funkos have versions, and which share their requests between two of them, as tags of the engine's images say. Any change of a tag is a
 * hint to list the images again; when the engine is away what was last known holds on.
 */
import { Observable, Subject, defer, map, merge, timer } from 'rxjs';
import type { Engine } from '../../docker/engine/engine.ts';
import { imageTagChanges } from '../../docker/events.ts';
import { listImages } from '../../docker/images.ts';
import type { Split } from '../../funko/naming/split.ts';
import { splitsOf } from '../../lifecycle/state/split-state.ts';
import { builtFunkos } from '../../lifecycle/state/version-list.ts';
import { keyedQueue } from './keyed-queue.ts';
import { reconnect } from './reconnect.ts';
import type { Splits } from '../balancing/shares.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { formatVersion } from '../../funko/naming/version.ts';

/** What the images say. */
interface Read {
  readonly splits: Splits;
  readonly built: readonly string[];
}

export interface SplitsOptions {
  readonly engine: Engine;
  /** How often the images are listed again, in ms: the safety net. */
  readonly resyncMs: number;
}

/** How many seconds before our clock events are asked for: the engine's clock may be behind. */
const CLOCK_MARGIN_S = 5;
const PAUSES = { firstMs: 50, longestMs: 1_000 };

export class FollowedSplits {
  readonly #engine: Engine;
  readonly #changes = new Subject<undefined>();
  readonly #following;
  #current: Splits = {};
  #built: readonly string[] = [];
  /** Lists are numbered when they are asked for: one that is answered late never overwrites a newer one. */
  #asked = 0;
  #applied = 0;

  /** Begins to follow; never throws. */
  constructor({ engine, resyncMs }: SplitsOptions) {
    this.#engine = engine;
    const hints$ = defer(() => {
      const since = Date.now() / 1000 - CLOCK_MARGIN_S;
      return merge(imageTagChanges(engine, { since }), timer(0, resyncMs));
    });
    // The routing table's own connection tells of an engine that is away.
    const patiently = reconnect<unknown>({ ...PAUSES, random: Math.random, onFailure: () => undefined });
    this.#following = hints$
      .pipe(
        // One list at a time, and one more after it if there was a hint meanwhile: no storm of hints floods the engine.
        map(() => ({ key: 'images', urgent: false })),
        keyedQueue({ work: () => this.#read(), againMs: () => undefined, places: 1 }),
        patiently,
      )
      .subscribe();
  }

  get current(): Splits {
    return this.#current;
  }

  /** The funkos that have versions, whether anything of them runs or not; sorted. */
  get built(): readonly string[] {
    return this.#built;
  }

  /** Each change, as soon as `current` and `built` show it. */
  get changes$(): Observable<undefined> {
    return this.#changes;
  }

  /** Resolves when `current` is at least as new as this call. Throws `engine_*`. */
  async refresh(): Promise<void> {
    const number = this.#next();
    this.#apply(number, await this.#list());
  }

  stop(): void {
    this.#following.unsubscribe();
    this.#changes.complete();
  }

  #read(): Observable<void> {
    return new Observable<void>((subscriber) => {
      const abort = new AbortController();
      const number = this.#next();
      this.#list(abort.signal).then(
        (read) => {
          this.#apply(number, read);
          subscriber.next();
          subscriber.complete();
        },
        (error: unknown) => {
          subscriber.error(error);
        },
      );
      return () => {
        abort.abort();
      };
    });
  }

  #next(): number {
    this.#asked += 1;
    return this.#asked;
  }

  async #list(signal?: AbortSignal): Promise<Read> {
    const images = await listImages(this.#engine, { label: LABEL.funko }, signal);
    const named = [...splitsOf(images)].map(([funko, split]) => [funko, weightsOf(split)] as const);
    const splits = Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
    return { splits, built: builtFunkos(images).sort() };
  }

  #apply(number: number, { splits, built }: Read): void {
    if (number < this.#applied) return;
    this.#applied = number;
    const before = { splits: this.#current, built: this.#built };
    if (JSON.stringify({ splits, built }) === JSON.stringify(before)) return;
    this.#current = splits;
    this.#built = built;
    this.#changes.next(undefined);
  }
}

function weightsOf(split: Split): Readonly<Record<string, number>> {
  return Object.fromEntries(split.map(({ version, weight }) => [formatVersion(version), weight]));
}
