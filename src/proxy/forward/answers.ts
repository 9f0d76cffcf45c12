/** What FaaSO itself answers: problems, redirects, its health. */
import { STATUS_CODES } from 'node:http';
import { problem, problemHtml, problemJson, type Problem } from '../problem.ts';
import type { SyncState } from '../workers/protocol.ts';
import type { Reply } from './reply.ts';

const RETRY_AFTER_SECONDS = '1';

/**
 * Answers with a problem: `application/problem+json`, or a small page for a browser.
 * @param more further fields: name, value, name, value, …, X-Request-Id among them
 */
export function answerProblem(reply: Reply, what: Problem, more: readonly string[]): void {
  const html = wantsHtml(reply.req.headers.accept);
  const requestId = more[more.indexOf('X-Request-Id') + 1];
  const body = html ? problemHtml(what, requestId) : problemJson(what, requestId);
  const type = html ? 'text/html; charset=utf-8' : 'application/problem+json';
  const retry = what.status === 503 ? ['Retry-After', RETRY_AFTER_SECONDS] : [];
  answer(reply, what.status, type, body, [...more, ...retry, 'Vary', 'Accept']);
}

/** Whether a client names HTML among what it accepts, as browsers do and programs do not (RFC 9110, 12.5.1). */
function wantsHtml(accept = ''): boolean {
  return accept
    .split(',')
    .some((range) => /^\s*text\/html\b/i.test(range) && !/;\s*q=0(\.0*)?\s*$/i.test(range));
}

/** 308 keeps the method and the body (RFC 9110, 15.4.9). */
export function answerRedirect(reply: Reply, location: string, more: readonly string[]): void {
  answer(reply, 308, 'text/plain', `${location}\n`, [...more, 'Location', location]);
}

/** FaaSO's own pages. More fields: name, value, name, value, … */
export function answerLocal(
  reply: Reply,
  page: 'healthz' | 'readyz' | 'server',
  state: { readonly sync: () => SyncState; readonly running: { readonly draining: boolean } },
  more: readonly string[],
): void {
  if (page === 'server') {
    answerForServer(reply, more);
  } else if (reply.req.method !== 'GET' && reply.req.method !== 'HEAD') {
    answerProblem(reply, problem('method_not_allowed', 'This can only be read.'), [
      ...more,
      'Allow',
      'GET, HEAD',
    ]);
  } else if (page === 'healthz') {
    answerJson(reply, 200, { status: 'ok' }, more);
  } else {
    answerReady(reply, state.sync(), state.running.draining, more);
  }
}

/** `OPTIONS *` (RFC 9110, 9.3.7), or what goes no further (7.6.2): the server is there. It sends nobody's fields back. */
function answerForServer(reply: Reply, more: readonly string[]): void {
  if (reply.req.method === 'TRACE') {
    const what = problem('method_not_allowed', 'FaaSO itself answers no TRACE.');
    answerProblem(reply, what, [...more, 'Allow', 'OPTIONS']);
    return;
  }
  reply.writeHead(204, [...more]);
  reply.end();
}

/** `/readyz`: 200 while the routing table is in step with the engine and the worker takes requests. */
function answerReady(reply: Reply, sync: SyncState, draining: boolean, more: readonly string[]): void {
  const { state, since, reason } = sync;
  if (draining) answerJson(reply, 503, { status: 'draining' }, more);
  else if (state === 'in_step') answerJson(reply, 200, { status: 'in_step', since }, more);
  else
    answerJson(reply, 503, { status: state, since, reason }, [...more, 'Retry-After', RETRY_AFTER_SECONDS]);
}

function answerJson(reply: Reply, status: number, value: object, more: readonly string[]): void {
  answer(reply, status, 'application/json', `${JSON.stringify(value)}\n`, more);
}

function answer(reply: Reply, status: number, type: string, body: string, more: readonly string[]): void {
  const length = String(Buffer.byteLength(body));
  // With its phrase: an upstream's head that could not be sent may have left another one behind.
  reply.writeHead(status, STATUS_CODES[status] ?? '', [
    ...more,
    'Content-Type',
    type,
    'Cache-Control',
    'no-store',
    'Content-Length',
    length,
  ]);
  reply.end(body);
}
