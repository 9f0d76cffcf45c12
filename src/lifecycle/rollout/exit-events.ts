/**
 * How a container's first run ended, by the engine's events. An inspect does not tell that of a container that Docker has restarted:
 * each start resets the exit code and the memory flag.
 */
import {
  ReplaySubject,
  defaultIfEmpty,
  filter,
  firstValueFrom,
  map,
  takeUntil,
  timer,
  type Observable,
} from 'rxjs';
import { containerExits, type EngineEvent } from '../../docker/events.ts';
import type { Engine } from '../../docker/engine/engine.ts';

/** How long the event of something that has happened may take to arrive, in ms. */
const ARRIVES_WITHIN_MS = 1_000;
/** The exit code of a program that SIGKILL ended, as the kernel does when there is no memory left. */
const KILLED = 137;

export interface Exit {
  readonly exitCode: number;
  /** Whether the kernel killed it for want of memory. */
  readonly outOfMemory: boolean;
}

export class ExitEvents implements Disposable {
  readonly #heard = new ReplaySubject<EngineEvent>();
  readonly #stop: () => void;

  /** @param events$ the container's `die` and `oom` events, followed until this is disposed of */
  constructor(events$: Observable<EngineEvent>) {
    const following = events$.subscribe({
      next: (event) => {
        this.#heard.next(event);
      },
      // What was heard until then still counts.
      error: () => {
        this.#heard.complete();
      },
    });
    this.#stop = () => {
      following.unsubscribe();
    };
  }

  /**
   * How a container that is known to have ended did so the first time. Takes up to 2 s, since `oom` may come after `die`.
   * @returns undefined if no event told
   */
  async first(): Promise<Exit | undefined> {
    const die = await this.#next('die');
    if (!die) return undefined;
    const exitCode = Number(die.attributes['exitCode']);
    const outOfMemory = exitCode === KILLED && (await this.#next('oom')) !== undefined;
    return { exitCode, outOfMemory };
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  async #next(action: string): Promise<EngineEvent | undefined> {
    const found$ = this.#heard.pipe(
      filter((event) => event.action === action),
      map((event): EngineEvent | undefined => event),
      takeUntil(timer(ARRIVES_WITHIN_MS)),
      defaultIfEmpty(undefined),
    );
    return firstValueFrom(found$);
  }
}

/** Follows a container, by its full ID; best before it is started, for the engine forgets old events. */
export function exitsOf(engine: Engine, id: string): ExitEvents {
  return new ExitEvents(containerExits(engine, id));
}
