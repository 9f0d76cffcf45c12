/** The heads of a request and its answer, as lines. Pure. */
import type { ClientRequest, IncomingMessage } from 'node:http';

/** The request line and the headers that were set, without the ones that belong to the connection. */
export function requestHead(request: ClientRequest): string[] {
  const headers = request
    .getRawHeaderNames()
    .flatMap((name) => [request.getHeader(name) ?? ''].flat().map((value) => `${name}: ${String(value)}`));
  return [`${request.method} ${request.path} HTTP/1.1`, ...headers];
}

/** The status line and the headers as they came. */
export function answerHead(answer: IncomingMessage): string[] {
  const { httpVersion, statusCode, statusMessage, rawHeaders } = answer;
  const status = `HTTP/${httpVersion} ${statusCode ?? ''} ${statusMessage ?? ''}`.trimEnd();
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return [status, ...names.map((name, index) => `${name}: ${rawHeaders[2 * index + 1] ?? ''}`)];
}
