/** What FaaSO itself answers when it cannot do what was asked: RFC 9457 problems, with the error's code. */
import { FaasoError, messageOf, type ErrorCode } from '../errors.ts';
import { escapedJson } from '../util/control-characters.ts';

/** Error code → HTTP status: the one table. */
export const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  bad_name: 400,
  bad_manifest: 400,
  bad_runtime: 400,
  bad_context: 400,
  bad_setting: 400,
  usage: 400,
  unauthorized: 401,
  not_found: 404,
  unknown_funko: 404,
  unknown_version: 404,
  unknown_runtime: 404,
  method_not_allowed: 405,
  conflict: 409,
  missing_secret: 409,
  too_large: 413,
  build_failed: 422,
  release_failed: 422,
  not_ready: 422,
  cancelled: 499,
  internal: 500,
  bad_gateway: 502,
  engine_failed: 502,
  server_failed: 502,
  system_error: 500,
  misdirected: 421,
  no_instance: 503,
  funko_down: 503,
  busy: 503,
  unavailable: 503,
  engine_unreachable: 503,
  server_unreachable: 503,
  gateway_timeout: 504,
  engine_timeout: 504,
};

export interface Problem {
  readonly status: number;
  readonly code: string;
  /** A few words that are the same for every problem of this code or status. */
  readonly title: string;
  /** What happened this time, for a person. */
  readonly detail: string;
  readonly details: readonly string[];
}

/** The problem that stands for anything thrown. An unexpected error says nothing of its insides. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof FaasoError)) {
    return problem('internal', 'FaaSO failed in a way it did not expect. Its log has the reason.');
  }
  return { ...problem(error.code, messageOf(error)), details: error.details };
}

/** A problem with the status of its code, or another one where the code alone does not decide. */
export function problem(code: ErrorCode, detail: string, status: number = STATUS_OF[code]): Problem {
  return { status, code, title: titleOf(code), detail, details: [] };
}

/**
 * The body of `application/problem+json` (RFC 9457).
 * @param requestId that of the request, by which the log's line is found; undefined if it has none
 */
export function problemJson(value: Problem, requestId?: string): string {
  const { title, status, detail, code, details } = value;
  const more = details.length > 0 ? { details } : {};
  const document = { type: 'about:blank', title, status, detail, code, ...more, requestId };
  return `${escapedJson(JSON.stringify(document))}\n`;
}

/** The same as a small page, for people who use a browser. */
export function problemHtml(value: Problem, requestId?: string): string {
  const id = requestId === undefined ? '' : `, request ${escapeHtml(requestId)}`;
  const { status, title, detail, code } = value;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${status} ${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem}p.code{color:#666}</style></head>
<body><h1>${escapeHtml(title)}</h1><p>${escapeHtml(detail)}</p><p class="code">FaaSO: ${status} ${escapeHtml(code)}${id}</p></body>
</html>
`;
}

function titleOf(code: ErrorCode): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
