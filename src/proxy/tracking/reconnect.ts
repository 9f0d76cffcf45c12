/** A stream without an end: its end is an error, and after an error it is tried again with growing pauses. */
import {
  concat,
  defer,
  retry,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';

export interface ReconnectOptions {
  /** The pause before the first further try, in ms; it doubles with each failure in a row … */
  readonly firstMs: number;
  /** … up to this. */
  readonly longestMs: number;
  /** As Math.random: each pause is between half and all of its length, so that many do not come back at once. */
  readonly random: () => number;
  /** Told of each failure. */
  readonly onFailure: (error: unknown, pauseMs: number) => void;
}

/**
 * Subscribes again whenever the source errs or ends. A value of the source shows that all is well again: failures are
 * counted from zero then. Virtual time applies.
 */
export function reconnect<T>(options: ReconnectOptions): MonoTypeOperatorFunction<T> {
  return (source$) =>
    defer(() => {
      let failures = 0;
      return concat(source$, ended()).pipe(
        tap(() => {
          failures = 0;
        }),
        retry({
          delay: (error: unknown) => {
            const longest = Math.min(options.longestMs, options.firstMs * 2 ** failures);
            const pauseMs = longest * (0.5 + 0.5 * options.random());
            failures += 1;
            options.onFailure(error, pauseMs);
            return timer(pauseMs);
          },
        }),
      );
    });
}

function ended(): Observable<never> {
  return throwError(() => new Error('the connection has ended'));
}
