/**
 * Every failure that FaaSO expects, as one class with a stable code. What a code means as an HTTP status or as an
 * exit status is decided at the edges (proxy/problem.ts, cli/exit.ts), not here.
 */

/** Every code there is; they are part of the admin API and never change their meaning. */
export const ERROR_CODES = [
  'bad_request',
  'bad_name',
  'bad_manifest',
  'bad_runtime',
  'bad_context',
  'bad_setting',
  'too_large',
  'unauthorized',
  'not_found',
  'method_not_allowed',
  'unknown_funko',
  'funko_down',
  'unknown_version',
  'unknown_runtime',
  'conflict',
  'missing_secret',
  'build_failed',
  'release_failed',
  'cancelled',
  'not_ready',
  'no_instance',
  'busy',
  'misdirected',
  'bad_gateway',
  'gateway_timeout',
  'unavailable',
  'engine_unreachable',
  'engine_timeout',
  'engine_failed',
  'server_unreachable',
  'server_failed',
  'system_error',
  'usage',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorOptionsWithDetails {
  cause?: unknown;
  /** More lines for a person, e.g. the last lines of a log. Never secrets. */
  details?: readonly string[];
}

/**
 * An expected failure. `message` is for a person: it names the value, what was allowed, and the way to fix it.
 */
export class FaasoError extends Error {
  override readonly name = 'FaasoError';
  readonly code: ErrorCode;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, options: ErrorOptionsWithDetails = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? [];
  }
}

/** The message of anything that was thrown, for a log line or as part of a longer message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node.js system error (`ECONNREFUSED`, …), also when it is the cause; undefined if there is none. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = (error as { code?: unknown }).code;
  return typeof code === 'string' && !(error instanceof FaasoError) ? code : systemCodeOf(error.cause);
}

/** A name that somebody gave, as a message shows it: quoted, at most 200 characters of it. */
export function shown(name: string): string {
  const text = JSON.stringify(name);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
