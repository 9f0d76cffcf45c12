/** Whether the table is in step with the engine, since when, and why not. */
import { Subject, type Observable } from 'rxjs';
import type { SyncState } from '../ipc/protocol.ts';

export class Sync {
  readonly #changes = new Subject<SyncState>();
  readonly #now: () => number;
  #state: SyncState;

  /** @param now ms since 1970 */
  constructor(now: () => number) {
    this.#now = now;
    this.#state = {
      state: 'starting',
      since: this.#time(),
      reason: 'the containers have not been listed yet',
    };
  }

  get state(): SyncState {
    return this.#state;
  }

  /** Each change, after `state` shows it. */
  get changes$(): Observable<SyncState> {
    return this.#changes.asObservable();
  }

  /** The table equals what the engine told. Returns whether that is news. */
  inStep(): boolean {
    if (this.#state.state === 'in_step') return false;
    this.#become({ state: 'in_step', since: this.#time(), reason: null });
    return true;
  }

  /** The engine can't be followed now. A table that never was in step stays `starting`. Returns whether that is news. */
  lost(reason: string): boolean {
    const { state, since, reason: before } = this.#state;
    if (state === 'in_step') {
      this.#become({ state: 'stale', since: this.#time(), reason });
      return true;
    }
    if (before !== reason) this.#become({ state, since, reason });
    return false;
  }

  end(): void {
    this.#changes.complete();
  }

  #become(state: SyncState): void {
    this.#state = state;
    this.#changes.next(state);
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}
