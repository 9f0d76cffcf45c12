/** One connection to the engine, in virtual time: an engine made of marbles. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  EMPTY,
  NEVER,
  catchError,
  concat,
  defer,
  ignoreElements,
  map,
  of,
  throwError,
  type Observable,
} from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import type { ContainerRow } from '../../../../src/docker/containers.ts';
import type { MissedEvent } from '../../../../src/docker/events.ts';
import type { EngineView } from '../../../../src/proxy/tracking/engine-view.ts';
import { Tracker } from '../../../../src/proxy/tracking/tracker.ts';
import { engineSession } from '../../../../src/proxy/tracking/engine-session.ts';
import { NETWORK, START_SECOND, container, event, on } from '../../../support/routing/samples.ts';

const ROW: ContainerRow = { ...container(), networks: {}, createdAt: '' };

interface World {
  readonly keeper: Tracker;
  /** What the session asked of the engine, with the moment. */
  readonly asked: string[];
  readonly follow: (view: Partial<EngineView>) => Observable<'in_step'>;
}

/** Runs in virtual time. By default events stay out, and calls are answered at once: one container that runs. */
function inTime(run: (world: World, helpers: RunHelpers) => void): World {
  const scheduler = new TestScheduler((actual, expected) => {
    assert.deepEqual(actual, expected);
  });
  const asked: string[] = [];
  const keeper = new Tracker(NETWORK, () => START_SECOND * 1000 + scheduler.now());
  const noted = <T>(what: string, answer$: Observable<T>): Observable<T> =>
    defer(() => {
      asked.push(`${scheduler.now()} ${what}`);
      return answer$;
    });
  const world: World = {
    keeper,
    asked,
    follow: (view) => {
      const whole = {
        events: () => NEVER,
        list: () => of([ROW]),
        inspect: () => of(container()),
        ping: () => of(1),
        ...view,
      };
      return engineSession({
        view: {
          events: (since) => noted(`events`, whole.events(since)),
          list: () => noted('list', whole.list()),
          inspect: (id) => noted(`inspect ${id}`, whole.inspect(id)),
          ping: () => noted('ping', whole.ping()),
        },
        keeper,
        resyncMs: 1000,
        pingMs: 300,
        pingWithinMs: 100,
      });
    },
  };
  scheduler.run((helpers) => {
    run(world, helpers);
  });
  return world;
}

test('it subscribes first, lists second, inspects third, and then is in step', () => {
  const { asked, keeper } = inTime(({ follow }, { expectObservable, cold }) => {
    const view = {
      list: () => cold('--(r|)', { r: [ROW] }),
      inspect: () => cold('---(c|)', { c: container() }),
    };
    expectObservable(follow(view), '9ms !').toBe('-----s', { s: 'in_step' });
  });
  assert.deepEqual(asked, ['0 events', '0 list', '2 inspect c1']);
  assert.equal(keeper.table.get('c1')?.state, 'starting');
});

test('without any container it is in step as soon as the list is there', () => {
  inTime(({ follow }, { expectObservable, cold }) => {
    const empty: ContainerRow[] = [];
    expectObservable(follow({ list: () => cold('--(r|)', { r: empty }) }), '9ms !').toBe('--s', {
      s: 'in_step',
    });
  });
});

test('events that come before the list are acted on, and what the list says late does not undo them', () => {
  const { asked, keeper } = inTime(({ follow }, { expectObservable, cold }) => {
    const stopped = container({ status: 'exited', networks: on(null) });
    const answers = [container(), stopped, stopped];
    const view = {
      events: () => cold('--d', { d: event('die') }),
      list: () => cold('-----(r|)', { r: [ROW] }),
      inspect: () => cold('-(c|)', { c: answers.at(-1) ?? stopped }),
    };
    expectObservable(follow(view), '20ms !').toBe('------s', { s: 'in_step' });
  });
  assert.deepEqual(asked, ['0 events', '0 list', '2 inspect c1', '5 inspect c1']);
  assert.equal(keeper.table.get('c1')?.state, 'stopped');
});

test('an event during an inspect is followed by exactly one more, however many events there were', () => {
  const { asked } = inTime(({ follow }, { expectObservable, cold }) => {
    const view = {
      events: () =>
        cold('----abcd', {
          a: event('start', 1),
          b: event('die', 2),
          c: event('start', 3),
          d: event('die', 4),
        }),
      inspect: () => cold('----(c|)', { c: container() }),
    };
    expectObservable(follow(view), '50ms !').toBe('----s', { s: 'in_step' });
  });
  assert.deepEqual(asked.slice(2), ['0 inspect c1', '4 inspect c1', '8 inspect c1']);
});

test('a late answer gives no traffic back to what has died meanwhile', () => {
  const { keeper } = inTime(({ follow, keeper: kept }, { expectObservable, cold }) => {
    const view = {
      events: () => cold('--d', { d: event('die') }),
      inspect: () => cold('----(c|)', { c: container() }),
    };
    const states$ = follow(view).pipe(map(() => kept.table.get('c1')?.state));
    expectObservable(states$, '6ms !').toBe('----s', { s: 'stopped' });
  });
  assert.equal(keeper.table.get('c1')?.state, 'stopped');
});

test('an engine that gives no sign of life in time is an error', () => {
  const { asked } = inTime(({ follow }, { expectObservable }) => {
    const told$ = follow({ list: () => NEVER, ping: () => NEVER }).pipe(
      catchError((error: Error) => of(error.message)),
    );
    expectObservable(told$).toBe('400ms (m|)', { m: 'the engine gave no sign of life within 100 ms' });
  });
  assert.deepEqual(asked.slice(2), ['300 ping']);
});

test('everything is listed again now and then, and inspected again', () => {
  const { asked } = inTime(({ follow }, { expectObservable }) => {
    expectObservable(follow({}), '2001ms !').toBe('s', { s: 'in_step' });
  });
  const lists = asked.filter((what) => !what.endsWith('ping'));
  assert.deepEqual(lists.slice(1), [
    '0 list',
    '0 inspect c1',
    '1000 list',
    '1000 inspect c1',
    '2000 list',
    '2000 inspect c1',
  ]);
});

test('an event that was too long makes the containers be listed at once, and once more a second later if there were others', () => {
  const { asked } = inTime(({ follow }, { expectObservable, cold }) => {
    const missed = { m: { type: 'missed' } as const };
    const events = (): Observable<MissedEvent> => concat(cold('10ms m 9ms m 9ms m', missed), NEVER);
    const list = (): Observable<ContainerRow[]> => cold('-----(r|)', { r: [ROW] });
    expectObservable(follow({ events, list }), '1900ms !').toBe('-----s', { s: 'in_step' });
  });
  assert.deepEqual(
    asked.filter((what) => what.endsWith('list')),
    ['0 list', '10 list', '1000 list', '1010 list'],
  );
});

test('one that comes while the containers are being listed makes them be listed again, and is no reason for distrust', () => {
  const stopped = container({ status: 'exited', networks: on(null) });
  const { asked, keeper } = inTime(({ follow }, { expectObservable, cold }) => {
    const inspects = [container(), stopped];
    const events = (): Observable<MissedEvent> =>
      concat(cold('--m', { m: { type: 'missed' } as const }), NEVER);
    const view = {
      list: () => cold('-----(r|)', { r: [ROW] }),
      inspect: () => of(inspects.shift() ?? stopped),
    };
    expectObservable(follow({ events, ...view }), '990ms !').toBe('-----s', { s: 'in_step' });
  });
  assert.deepEqual(asked.filter((what) => !what.endsWith('ping')).slice(1), [
    '0 list',
    '5 inspect c1',
    '5 list',
    '10 inspect c1',
  ]);
  assert.equal(keeper.table.get('c1')?.state, 'stopped');
  assert.equal(keeper.surprised, false);
});

test('what a list does not name any more is inspected, and goes when it is gone', () => {
  const { keeper } = inTime(({ follow }, { expectObservable }) => {
    const lists = [[ROW], []];
    const inspects = [container(), undefined];
    const view = { list: () => of(lists.shift() ?? []), inspect: () => of(inspects.shift()) };
    expectObservable(follow(view), '1001ms !').toBe('s', { s: 'in_step' });
  });
  assert.deepEqual(keeper.table.backends(), []);
});

test('a container that can’t be inspected is asked for again, and holds up the others for three tries at most', () => {
  const { asked } = inTime(({ follow }, { expectObservable, cold }) => {
    expectObservable(follow({ inspect: () => cold('#') }), '999ms !').toBe('300ms s', { s: 'in_step' });
  });
  assert.deepEqual(asked.filter((what) => what.endsWith('c1')).slice(0, 4), [
    '0 inspect c1',
    '100 inspect c1',
    '300 inspect c1',
    '700 inspect c1',
  ]);
});

test('a container that is gone before its inspect is no error', () => {
  const { keeper } = inTime(({ follow }, { expectObservable }) => {
    expectObservable(follow({ inspect: () => of(undefined) }), '9ms !').toBe('s', { s: 'in_step' });
  });
  assert.deepEqual(keeper.table.backends(), []);
});

for (const [what, view, reason] of [
  ['the end of the event stream', { events: () => EMPTY }, /the event stream has ended/],
  ['a list that fails', { list: () => throwError(() => new Error('the list fails')) }, /the list fails/],
] as const) {
  test(`${what} is an error, and the table stays as it was`, () => {
    const { keeper } = inTime(({ follow, keeper: kept }, { expectObservable }) => {
      kept.begin();
      kept.onInspect({ id: 'c1', tick: 0, container: container() });
      const told$ = follow(view).pipe(
        ignoreElements(),
        catchError((error: Error) => of(reason.test(error.message))),
      );
      expectObservable(told$).toBe('(t|)', { t: true });
    });
    assert.equal(keeper.table.backends().length, 1);
  });
}
