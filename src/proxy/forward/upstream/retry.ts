/**
 * When a request is sent again. As long as no connection was made, it goes to another instance. One that may have reached a funko is
 * repeated once at most, and only if that is safe. Pure.
 */
import { systemCodeOf } from '../../../errors.ts';

/** No connection was made. */
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ENOENT',
  'EACCES',
]);

/** Doing these twice is doing them once (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** What undici and the system call it when the other side has closed the connection. */
const CLOSED = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * Whether a request that failed did not reach the instance, so that another instance may be asked.
 * @param code of the error
 * @param sent whether the request was given to a connection
 */
export function isNotReached(code: string, sent: boolean): boolean {
  return !sent && (NOT_REACHED.has(code) || code === 'ECONNRESET');
}

/** What is known of a request when it fails. */
export interface Attempt {
  readonly method: string;
  readonly hasBody: boolean;
  /** The connection was kept from an earlier request, and not a byte of a response has come over it since. */
  readonly perhapsClosed: boolean;
  readonly repeated: boolean;
}

/**
 * Whether a request can have met a connection that the funko was just closing for being idle, and does no harm should it have arrived all
 * the same (RFC 9110, 9.2.2; RFC 9112, 9.3.1): then it is repeated, once. A body would be gone.
 */
export function mayRepeat({ method, hasBody, perhapsClosed, repeated }: Attempt, error: Error): boolean {
  return (
    perhapsClosed && !repeated && !hasBody && IDEMPOTENT.has(method) && CLOSED.has(systemCodeOf(error) ?? '')
  );
}
