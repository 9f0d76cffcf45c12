/** What comes over a client's connection and is no HTTP: answered once with its status, then the connection is closed. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { systemCodeOf } from '../../errors.ts';
import { problem, problemJson, type Problem } from '../problem.ts';
import { lingeringEnd } from './linger.ts';
import { replyOn, type Reply } from './reply.ts';

const ANSWERS = new Map<string, readonly [number, string]>([
  [
    'HPE_HEADER_OVERFLOW',
    [431, 'The head of the request is larger than FAASO_MAX_HEAD_KIB of the proxy allows.'],
  ],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', [413, 'The chunk extensions of the request are too large.']],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'The head of the request did not arrive in time.']],
]);
/** A request line that is sound but for its method, which Node's parser does not know (RFC 9110, 9.1). */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~\w-]{1,64} [!-~]+ HTTP\/1\.[01]\r\n/;
const UNKNOWN_METHOD = [501, 'No such method can be forwarded.'] as const;

/** What Node tells of bytes that it can't parse. */
type ParseError = Error & { readonly rawPacket?: Buffer; readonly bytesParsed?: number };

/** Connections whose last answer is known, and that nothing is read of any more. */
const ending = new WeakSet<Socket>();

/** Listener of `clientError`. */
export function onClientError(error: Error, socket: Socket): void {
  const reply = replyOn(socket);
  // Answered before, and what comes now is only thrown away: see linger.ts.
  if (ending.has(socket) || socket.writableEnded) return;
  const code = systemCodeOf(error) ?? '';
  const known = isUnknownMethod(error, code) ? UNKNOWN_METHOD : ANSWERS.get(code);
  const spoke = known !== undefined || (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE');
  if (!spoke || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = known ?? [400, 'The request is not well-formed HTTP/1.1.'];
  if (reply && !reply.req.complete)
    failInBody(reply, socket, problem('bad_request', `${detail} (${code})`, status));
  else answerLast(socket, rawProblem(status, `${detail} (${code})`));
}

/** Whether a request is refused for its method alone. The error says where in the bytes that were read that became clear. */
function isUnknownMethod(error: ParseError, code: string): boolean {
  const { rawPacket, bytesParsed = 0 } = error;
  if (code !== 'HPE_INVALID_METHOD' || rawPacket === undefined) return false;
  const text = rawPacket.toString('latin1');
  return REQUEST_LINE.test(text.slice(text.lastIndexOf('\n', bytesParsed - 1) + 1));
}

/** The body of the request that runs now turned out to be none. */
function failInBody(reply: Reply, socket: Socket, what: Problem): void {
  if (reply.writableEnded) return;
  if (reply.headersSent || !reply.exchange) socket.destroy();
  else reply.exchange.failed(what);
}

/** What follows whole requests and ends the connection is answered when those are (RFC 9112, 9.3.2). */
export function answerLast(socket: Socket, answer: string): void {
  ending.add(socket);
  const reply = replyOn(socket);
  if (reply) {
    // When it has finished, node:http has let the next request that waits have the connection, if there is one.
    reply.once('finish', () => {
      if (!socket.writableEnded) answerLast(socket, answer);
    });
    return;
  }
  socket.write(answer);
  lingeringEnd(socket);
}

/** A whole answer as text, for connections that node:http has given up. */
export function rawProblem(status: number, detail: string, fields = ''): string {
  const body = problemJson(problem(status === 405 ? 'method_not_allowed' : 'bad_request', detail, status));
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fields}Date: ${new Date().toUTCString()}\r\nCache-Control: no-store\r\n` +
    `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
