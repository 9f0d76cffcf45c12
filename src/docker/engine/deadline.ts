/** One call to the engine, with an end: by its deadline or by its caller's signal, whatever the engine does. */
import { FaasoError } from '../../errors.ts';

export interface CallLimits {
  /** In ms; 0: no deadline. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does the work, but waits no longer than the limits allow: a promise that is pending for ever ends too.
 * @param what the action, for messages
 * Throws `engine_timeout`, `cancelled`, and what the work throws.
 */
export async function within<T>(
  what: string,
  limits: CallLimits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const given = Promise.withResolvers<never>();
  given.promise.catch(() => undefined);
  const end = (reason: FaasoError): void => {
    given.reject(reason);
    abort.abort(reason);
  };
  const unwatch = watch(what, limits, end);
  try {
    return await Promise.race([given.promise, work(abort.signal)]);
  } finally {
    unwatch();
  }
}

/** Calls `end` at the deadline or when the caller cancels, until it is told to stop watching. */
function watch(what: string, limits: CallLimits, end: (reason: FaasoError) => void): () => void {
  const { signal, timeoutMs } = limits;
  const cancel = (): void => {
    end(new FaasoError('cancelled', `${what}: cancelled.`));
  };
  const late = (): void => {
    end(new FaasoError('engine_timeout', `${what}: the engine gave no answer within ${timeoutMs} ms.`));
  };
  const timer = timeoutMs > 0 ? setTimeout(late, timeoutMs) : undefined;
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  };
}
