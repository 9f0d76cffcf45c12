import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEVER, Observable, map, of, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { keyedQueue, type KeyedRequest } from '../../../../src/proxy/tracking/keyed-queue.ts';

const FOREVER = 10;

/** Runs in virtual time; asks are single letters, capital ones urgent. Answers are the letters, small. */
function inTime(
  run: (tools: { ask$: (marbles: string) => Observable<KeyedRequest>; expect: Expect }) => void,
): void {
  new TestScheduler((actual, expected) => {
    assert.deepEqual(actual, expected);
  }).run(({ cold, expectObservable }) => {
    run({
      ask$: (marbles) =>
        cold(marbles).pipe(map((letter) => ({ key: letter.toLowerCase(), urgent: /[A-Z]/.test(letter) }))),
      expect: (answers$, marbles) => {
        expectObservable(answers$).toBe(marbles);
      },
    });
  });
}

type Expect = (answers$: Observable<string>, marbles: string) => void;

/** Work that takes so long. */
const taking =
  (ms: number) =>
  (key: string): Observable<string> =>
    timer(ms).pipe(map(() => key));

const never = (): undefined => undefined;

test('each key that is asked for is worked on', () => {
  inTime(({ ask$, expect }) => {
    expect(ask$('a-b--|').pipe(keyedQueue({ work: taking(2), againMs: never, places: FOREVER })), '--a-b|');
  });
});

test('whatever is asked for while its work runs is worked on exactly once more', () => {
  inTime(({ ask$, expect }) => {
    expect(
      ask$('aaaa-|').pipe(keyedQueue({ work: taking(4), againMs: never, places: FOREVER })),
      '----a---(a|)',
    );
  });
});

test('answers for one key come in the order of the questions, even if the first took longer', () => {
  let asked = 0;
  const work = (): Observable<string> => timer([5, 1][asked++] ?? 0).pipe(map(() => String(asked)));
  inTime(({ ask$, expect }) => {
    expect(ask$('a-a---|').pipe(keyedQueue({ work, againMs: never, places: FOREVER })), '-----1(2|)');
  });
});

test('not more are at work than there are places, first come first served', () => {
  inTime(({ ask$, expect }) => {
    expect(
      ask$('(abcd)|').pipe(keyedQueue({ work: taking(5), againMs: never, places: 2 })),
      '-----(ab)-(cd|)',
    );
  });
});

test('an urgent key does not queue behind the others', () => {
  inTime(({ ask$, expect }) => {
    const answers$ = ask$('(abcX)|').pipe(keyedQueue({ work: taking(5), againMs: never, places: 1 }));
    expect(answers$, '-----(ax)-b----(c|)');
  });
});

test('a key that waits becomes urgent when it is asked for urgently', () => {
  inTime(({ ask$, expect }) => {
    const answers$ = ask$('(abcC)|').pipe(keyedQueue({ work: taking(5), againMs: never, places: 1 }));
    expect(answers$, '-----(ac)-(b|)');
  });
});

test('a key that became urgent while it waited is not worked on twice', () => {
  const worked: string[] = [];
  const work = (key: string): Observable<string> => {
    worked.push(key);
    return taking(key === 'a' ? 2 : 6)(key);
  };
  inTime(({ ask$, expect }) => {
    expect(ask$('(abB)|').pipe(keyedQueue({ work, againMs: never, places: 1 })), '--a---(b|)');
  });
  assert.deepEqual(worked, ['a', 'b']);
});

test('an answer may wish for another look later; a new question comes before the wish', () => {
  const wishes = [5, 5, undefined];
  inTime(({ ask$, expect }) => {
    const options = { work: taking(1), againMs: () => wishes.shift(), places: FOREVER };
    expect(ask$('a---a------------|').pipe(keyedQueue(options)), '-a---a-----a-----|');
  });
});

test('the error of a work is the error of all', () => {
  const work = (key: string): Observable<string> => (key === 'b' ? throwError(() => 'error') : NEVER);
  inTime(({ ask$, expect }) => {
    expect(ask$('a-b').pipe(keyedQueue({ work, againMs: never, places: FOREVER })), '--#');
  });
});

test('work that ends at once is worked on as often as it is asked for', () => {
  inTime(({ ask$, expect }) => {
    expect(
      ask$('a-(aab)-|').pipe(keyedQueue({ work: (key) => of(key), againMs: never, places: 1 })),
      'a-(aab)-|',
    );
  });
});

test('unsubscribing cancels the work that runs and the looks that were wished for', () => {
  const cancelled: string[] = [];
  const work = (key: string): Observable<string> => new Observable(() => () => cancelled.push(key));
  new TestScheduler(assert.deepEqual).run(({ cold, expectObservable, flush }) => {
    const asks$ = cold('(abc)').pipe(map((key) => ({ key, urgent: false })));
    expectObservable(asks$.pipe(keyedQueue({ work, againMs: never, places: 2 })), '--!').toBe('');
    flush();
    assert.deepEqual(cancelled, ['a', 'b']);
  });
});
