/** The traffic of a server's instances, as the lifecycle sees it: readiness from the table, draining by the workers. */
import { once } from 'node:events';
import { filter, firstValueFrom, fromEvent, map, merge, startWith, take, takeUntil } from 'rxjs';
import { FaasoError } from '../../errors.ts';
import type { RoutedInstance, Traffic } from '../../lifecycle/traffic.ts';
import type { Backend } from '../balancing/backend.ts';
import type { Following } from '../tracking/follow.ts';
import type { FollowedSplits } from '../tracking/split-tags.ts';
import type { WorkerPool } from './workers/pool.ts';

export class ProxyTraffic implements Traffic {
  readonly #following: Following;
  readonly #splits: Pick<FollowedSplits, 'refresh'>;
  readonly #pool: WorkerPool;

  constructor(following: Following, splits: Pick<FollowedSplits, 'refresh'>, pool: WorkerPool) {
    this.#following = following;
    this.#splits = splits;
    this.#pool = pool;
  }

  async waitReady(id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const following = this.#following;
    let known = following.table.get(id) !== undefined;
    const backend$ = following.changes$.pipe(
      filter(({ changed, removed }) => removed.includes(id) || changed.some((each) => each.id === id)),
      startWith(undefined),
      map(() => following.table.get(id)),
    );
    const settled$ = backend$.pipe(
      filter((backend) => {
        const gone = known && backend === undefined;
        known ||= backend !== undefined;
        return gone || backend?.state === 'ready' || hasEnded(backend);
      }),
      take(1),
    );
    const aborted$ = fromEvent(signal, 'abort').pipe(take(1));
    const backend = await firstValueFrom(
      merge(settled$.pipe(takeUntil(aborted$)), aborted$.pipe(map(() => undefined))),
    );
    signal.throwIfAborted();
    if (backend?.state !== 'ready') throw notReady(backend);
    // Every worker routes to it before anybody is told that it is ready.
    await this.#pool.fence();
  }

  async drain(id: string, deadlineMs: number): Promise<void> {
    const deadline = AbortSignal.timeout(deadlineMs);
    this.#following.release(id);
    // A worker that hangs must not hold up the others' deploys.
    await Promise.race([this.#pool.fence(), once(deadline, 'abort')]);
    await this.#pool.load.idle(id, deadline);
  }

  resume(id: string): void {
    this.#following.resume(id);
  }

  async readSplits(): Promise<void> {
    await this.#splits.refresh();
    await this.#pool.fence();
  }

  async instances(): Promise<readonly RoutedInstance[]> {
    const { load } = this.#pool;
    return Promise.resolve(
      this.#following.table.backends().map((backend) => ({
        id: backend.id,
        name: backend.name,
        version: backend.version,
        funkos: backend.funkos,
        state: backend.state,
        reason: backend.reason,
        fix: backend.fix,
        address: backend.address,
        since: backend.since,
        inFlight: load.of(backend.id),
      })),
    );
  }
}

/** It ran and does not any more; one that was only created has not run yet. */
function hasEnded(backend: Backend | undefined): boolean {
  return backend?.state === 'stopped' && !backend.life.includes(' never ');
}

function notReady(backend: Backend | undefined): FaasoError {
  return new FaasoError(
    'not_ready',
    backend ? `${backend.name} did not get ready: ${backend.reason}.` : 'It has gone.',
  );
}
