/**
 * The admin API: HTTP on the parent's Unix socket, which the workers forward `/admin/…` to. It keeps no state: what it
 * says is the engine's and the routing table's. Whatever X-Forwarded header comes along is ignored.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FaasoError, messageOf } from '../../errors.ts';
import type { AdminOptions } from './admin.ts';
import { authorizer, unauthorized } from './auth.ts';
import { AdminReply } from './reply.ts';
import { routes, type FoundRoute } from './routes.ts';

export type { AdminLimits, AdminOptions } from './admin.ts';

/** Longer than the workers keep an idle connection, so that they never send into one that is being closed. */
const KEEP_ALIVE_MS = 65_000;

/** Makes the server of the admin API; it does not listen yet. */
export function createAdmin(options: AdminOptions): Server {
  const isAuthorized = authorizer(options.token);
  const find = routes();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const reply = new AdminReply(request, response);
    try {
      // First of all, and before a byte of the body is read.
      if (!isAuthorized(request.headers.authorization)) throw unauthorized();
      const found = find(request.method ?? '', request.url ?? '');
      if (request.headers.expect !== undefined) response.writeContinue();
      void serve(options, found, request, response, reply);
    } catch (error) {
      reply.fail(error);
    }
  };
  // A build may be uploaded for as long as it takes, so there is no limit for a whole request.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS }, answer);
  server.on('checkContinue', answer);
  return server;
}

async function serve(
  options: AdminOptions,
  { route, funko, key }: FoundRoute,
  request: IncomingMessage,
  response: ServerResponse,
  reply: AdminReply,
): Promise<void> {
  const startedAt = performance.now();
  const query = new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'));
  const log = (result: string, more: object = {}): void => {
    const ms = Math.round(performance.now() - startedAt);
    options.logger.info({ operation: route.operation, funko, result, ms, ...more }, 'admin');
  };
  const signal = goneSignal(response);
  try {
    await route.handle({ request, reply, funko, key, query, signal }, options);
    log('ok');
  } catch (error) {
    reply.fail(error);
    if (signal.aborted) log('cancelled', { reason: messageOf(error) });
    else if (error instanceof FaasoError) log(error.code, { reason: error.message });
    else
      options.logger.error(
        { operation: route.operation, funko, error: stackOf(error) },
        'an admin operation failed',
      );
  }
}

/** Aborts when the client goes away before its answer is complete. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new FaasoError('cancelled', 'The client went away.'));
  });
  return gone.signal;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}
