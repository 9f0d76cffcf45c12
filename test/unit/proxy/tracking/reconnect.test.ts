import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, defer, of, throwError, timer, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { reconnect } from '../../../../src/proxy/tracking/reconnect.ts';

/** Runs in virtual time; gives the moments at which the source was subscribed to, up to `ms`. */
function tries(
  source$: (count: number) => Observable<string>,
  ms: number,
  random = (): number => 1,
): number[] {
  const moments: number[] = [];
  const scheduler = new TestScheduler(assert.deepEqual);
  scheduler.run(({ expectObservable, flush }) => {
    const counted$ = defer(() => {
      moments.push(scheduler.now());
      return source$(moments.length);
    });
    const options = { firstMs: 50, longestMs: 1000, random, onFailure: () => undefined };
    expectObservable(counted$.pipe(reconnect(options)), `${ms}ms !`);
    flush();
  });
  return moments;
}

const fails = (): Observable<never> => throwError(() => new Error('no engine'));

test('the pause doubles with each failure, up to its ceiling', () => {
  assert.deepEqual(tries(fails, 4000), [0, 50, 150, 350, 750, 1550, 2550, 3550]);
});

test('each pause is between half and all of its length', () => {
  assert.deepEqual(
    tries(fails, 400, () => 0),
    [0, 25, 75, 175, 375],
  );
});

test('a value shows that all is well: the pauses begin anew', () => {
  const well = (count: number): Observable<string> =>
    count % 4 === 0 ? concat(of('in step'), fails()) : fails();
  assert.deepEqual(tries(well, 800), [0, 50, 150, 350, 400, 500, 700]);
});

test('an end is a failure', () => {
  assert.deepEqual(
    tries(() => of('value'), 120),
    [0, 50, 100],
  );
});

test('a source that lasts is not subscribed to twice', () => {
  assert.deepEqual(
    tries(() => timer(0, 10).pipe(() => timer(10_000) as never), 5000),
    [0],
  );
});

test('each failure is told with its reason', () => {
  const told: unknown[] = [];
  new TestScheduler(assert.deepEqual).run(({ expectObservable, flush }) => {
    const onFailure = (error: unknown, pauseMs: number): void => {
      told.push([(error as Error).message, pauseMs]);
    };
    expectObservable(
      fails().pipe(reconnect({ firstMs: 50, longestMs: 1000, random: () => 1, onFailure })),
      '120ms !',
    );
    flush();
  });
  assert.deepEqual(told, [
    ['no engine', 50],
    ['no engine', 100],
  ]);
});
