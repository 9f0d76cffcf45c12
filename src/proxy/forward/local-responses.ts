/** What FaaSO itself answers: problems, redirects, its health. */
import { STATUS_CODES } from 'node:http';
import { escaped } from '../../util/control-characters.ts';
import { problem, problemHtml, problemJson, type Problem } from '../problem.ts';
import type { SyncState } from '../ipc/protocol.ts';
import type { Reply } from './reply.ts';

const RETRY_AFTER_SECONDS = '1';

/** What each answer of FaaSO's own has. */
export interface OwnAnswer {
  readonly requestId: string;
  /** Whether the connection is closed after it. */
  readonly closing: boolean;
}

/** Name, value, name, value, … */
function fieldsOf({ requestId, closing }: OwnAnswer): string[] {
  return ['X-Request-Id', requestId, ...(closing ? ['Connection', 'close'] : [])];
}

/**
 * Answers with a problem: `application/problem+json`, or a small page for a browser.
 * @param more further fields: name, value, name, value, …
 */
export function answerProblem(
  reply: Reply,
  what: Problem,
  own: OwnAnswer,
  more: readonly string[] = [],
): void {
  const html = wantsHtml(reply.req.headers.accept);
  const body = html ? problemHtml(what, own.requestId) : problemJson(what, own.requestId);
  const type = html ? 'text/html; charset=utf-8' : 'application/problem+json';
  const retry = what.status === 503 ? ['Retry-After', RETRY_AFTER_SECONDS] : [];
  answer(reply, what.status, type, body, [...fieldsOf(own), ...more, ...retry, 'Vary', 'Accept']);
}

/** Whether a client names HTML among what it accepts, as browsers do and programs do not (RFC 9110, 12.5.1). */
function wantsHtml(accept = ''): boolean {
  return accept
    .split(',')
    .some((range) => /^\s*text\/html\b/i.test(range) && !/;\s*q=0(\.0*)?\s*$/i.test(range));
}

/** 308 keeps the method and the body (RFC 9110, 15.4.9). */
export function answerRedirect(reply: Reply, location: string, own: OwnAnswer): void {
  answer(reply, 308, 'text/plain', `${escaped(location)}\n`, [...fieldsOf(own), 'Location', location]);
}

/** FaaSO's own pages. */
export function answerLocal(
  reply: Reply,
  page: 'healthz' | 'readyz' | 'server',
  state: { readonly sync: () => SyncState; readonly running: { readonly draining: boolean } },
  own: OwnAnswer,
): void {
  if (page === 'server') {
    answerForServer(reply, own);
  } else if (reply.req.method !== 'GET' && reply.req.method !== 'HEAD') {
    const what = problem('method_not_allowed', 'This can only be read.');
    answerProblem(reply, what, own, ['Allow', 'GET, HEAD']);
  } else if (page === 'healthz') {
    answerJson(reply, 200, { status: 'ok' }, fieldsOf(own));
  } else {
    answerReady(reply, state.sync(), state.running.draining, fieldsOf(own));
  }
}

/** `OPTIONS *` (RFC 9110, 9.3.7), or what goes no further (7.6.2): the server is there. It sends nobody's fields back. */
function answerForServer(reply: Reply, own: OwnAnswer): void {
  if (reply.req.method === 'TRACE') {
    const what = problem('method_not_allowed', 'FaaSO itself answers no TRACE.');
    answerProblem(reply, what, own, ['Allow', 'OPTIONS']);
    return;
  }
  reply.writeHead(204, fieldsOf(own));
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
