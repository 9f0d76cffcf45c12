/**
 * One connection to the engine, from the first question to the first failure. It errs when the event stream ends, when
 * the engine gives no sign of life, or when a list fails; reconnecting is somebody else's (reconnect.ts).
 *
 * Promise: once it has said that the table is in step, every change in the engine reaches the table. Events are
 * subscribed to before the first list is asked for, and from a moment before that, so nothing falls between the two;
 * and since an event is only a hint at which container to inspect, it may come twice, late, or in any order.
 */
import {
  Subject,
  asyncScheduler,
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  exhaustMap,
  filter,
  ignoreElements,
  map,
  merge,
  of,
  tap,
  throttleTime,
  throwError,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import { FaasoError } from '../../errors.ts';
import type { EngineView } from './engine-view.ts';
import type { InspectResult, Tracker } from './tracker.ts';
import { keyedQueue, type KeyedRequest } from './keyed-queue.ts';

export interface SessionOptions {
  readonly view: EngineView;
  readonly keeper: Tracker;
  /** How often everything is listed again, in ms. */
  readonly resyncMs: number;
  /** How often the engine is asked for a sign of life, in ms … */
  readonly pingMs: number;
  /** … and how long it may take to give one. */
  readonly pingWithinMs: number;
  /** Told that events were too long to be read; the containers are listed instead. */
  readonly onMissed?: () => void;
}

/** Inspects at the same time; as many again for what a list named. */
const PLACES = 16;
/** Events that are too long make the containers be listed at once, and again after this at the soonest, in ms. */
const LIST_EVERY_MS = 1_000;
/** An event may be this much later, in ms, than the list that shows what it tells. */
const EVENTS_WITHIN_MS = 2_000;

/** Follows the engine on one connection. Emits 'in_step' once, when the table equals what the engine has told. */
export function engineSession(options: SessionOptions): Observable<'in_step'> {
  const { view, keeper } = options;
  return defer(() => {
    keeper.begin();
    const asks = new Subject<KeyedRequest>();
    const ask = (ids: readonly string[], urgent: boolean): void => {
      for (const key of ids) asks.next({ key, urgent });
    };
    const answers$ = asks.pipe(
      keyedQueue({
        work: (id) => inspect(view, keeper, id),
        againMs: (answer) => keeper.againMs(answer),
        places: PLACES,
      }),
      tap((answer) => {
        ask(keeper.onInspect(answer), true);
      }),
    );
    const missed = new Subject<undefined>();
    const events$ = defer(() => concat(view.events(keeper.since), ended())).pipe(
      tap((event) => {
        if (event.type === 'missed') {
          keeper.onMissed();
          missed.next(undefined);
          return;
        }
        const id = keeper.onEvent(event);
        if (id !== undefined) asks.next({ key: id, urgent: true });
      }),
    );
    const missed$ = missed.pipe(
      throttleTime(LIST_EVERY_MS, asyncScheduler, { leading: true, trailing: true }),
      tap(() => options.onMissed?.()),
    );
    const lists$ = merge(timer(0, options.resyncMs), missed$).pipe(
      // One at a time, and one more after it if an event was missed meanwhile.
      map(() => ({ key: 'containers', urgent: false })),
      keyedQueue({ work: () => view.list(), againMs: () => undefined, places: 1 }),
      tap((rows) => {
        ask(keeper.onList(rows), false);
      }),
    );
    return merge(answers$, events$, lists$, signsOfLife(options), distrust(options)).pipe(
      map(() => keeper.inStep),
      distinctUntilChanged(),
      filter((inStep) => inStep),
      map(() => 'in_step' as const),
    );
  });
}

function ended(): Observable<never> {
  return throwError(() => new FaasoError('engine_unreachable', 'the event stream has ended'));
}

/** Emits nothing; errs when the engine does not answer. A stream that died silently is found out by this. */
function signsOfLife({ view, pingMs, pingWithinMs }: SessionOptions): Observable<never> {
  const message = `the engine gave no sign of life within ${pingWithinMs} ms`;
  const silence = (): Observable<never> => throwError(() => new FaasoError('engine_timeout', message));
  return timer(pingMs, pingMs).pipe(
    exhaustMap(() => view.ping().pipe(timeout({ first: pingWithinMs, with: silence }))),
    ignoreElements(),
  );
}

/**
 * Emits nothing; errs when a resync has shown what no event told of, even some time later. A stream that is half dead
 * is found out by this.
 */
function distrust({ keeper, resyncMs }: SessionOptions): Observable<never> {
  return timer(resyncMs + EVENTS_WITHIN_MS, resyncMs).pipe(
    tap(() => {
      if (keeper.surprised)
        throw new FaasoError('engine_failed', 'the event stream does not tell of every change');
    }),
    ignoreElements(),
  );
}

/** One look at one container. A failure is an answer too: the others are not held up by it. */
function inspect(view: EngineView, keeper: Tracker, id: string): Observable<InspectResult> {
  return defer(() => {
    const { tick } = keeper;
    return view.inspect(id).pipe(
      map((container): InspectResult => ({ id, tick, container })),
      catchError((failed: unknown) => of({ id, tick, failed })),
    );
  });
}
