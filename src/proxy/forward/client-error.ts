/** What comes over a client's connection and is no HTTP: answered once with its status, then the connection is closed. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { systemCodeOf } from '../../errors.ts';
import { problem, problemJson } from '../problem.ts';
import { lingeringEnd } from './linger.ts';
import { replyOn } from './reply.ts';

const ANSWERS = new Map<string, readonly [number, string]>([
  ['HPE_HEADER_OVERFLOW', [431, 'The head of the request is too large.']],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', [413, 'The chunk extensions of the request are too large.']],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'The head of the request did not arrive in time.']],
]);

/** Listener of `clientError`. */
export function onClientError(error: Error, socket: Socket): void {
  const reply = replyOn(socket);
  // Answered before, and what comes now is only thrown away: see linger.ts.
  if (socket.writableEnded || reply?.writableEnded) return;
  const code = systemCodeOf(error) ?? '';
  const known = ANSWERS.get(code);
  const spoke = known !== undefined || (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE');
  // What follows a whole request and is none can't be answered before that request is.
  if (!spoke || !socket.writable || reply?.headersSent || reply?.req.complete) {
    socket.destroy();
    return;
  }
  const [status, detail] = known ?? [400, 'The request is not well-formed HTTP/1.1.'];
  if (reply?.exchange) {
    reply.exchange.failed(problem('bad_request', `${detail} (${code})`, status));
  } else {
    socket.write(rawProblem(status, `${detail} (${code})`));
    lingeringEnd(socket);
  }
}

/** A whole answer as text, for connections that node:http has given up. */
export function rawProblem(status: number, detail: string, fields = ''): string {
  const body = problemJson(problem(status === 405 ? 'method_not_allowed' : 'bad_request', detail, status));
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fields}` +
    `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
