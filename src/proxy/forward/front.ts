/** The HTTP side of a worker: listens, and hands each request to an exchange. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from '../../logger.ts';
import { Hosts } from '../balancing/host-names.ts';
import type { Routes } from '../balancing/routes.ts';
import type { SyncState } from '../ipc/protocol.ts';
import type { AccessLog } from './access-log.ts';
import type { ConcurrencyGate } from './concurrency.ts';
import { answerLast, onClientError, rawProblem } from './client-error.ts';
import type { Context } from './context.ts';
import { drain } from './drain.ts';
import { Exchange } from './exchange.ts';
import type { RequestKind } from './request/request-head.ts';
import { detachedReply, Reply, replyOn } from './reply.ts';
import { InFlight } from './in-flight.ts';
import type { ForwardSettings } from './settings.ts';
import { asSocket } from './socket.ts';
import type { Stats } from '../ipc/stats.ts';
import { Trust } from './request/trust.ts';
import type { Upstreams } from './upstream/upstreams.ts';

/** How often connections are looked through for heads that take too long, in ms. */
const CHECK_EVERY_MS = 5_000;
/** Pipelined requests that may wait on a connection; one more closes it. */
const MOST_PIPELINED = 64;

export interface FrontOptions {
  readonly routes: Routes;
  readonly upstreams: Upstreams;
  /** Where requests to funkos with a limit ask for their turn. */
  readonly admission: ConcurrencyGate;
  /** Where requests that are over are counted. */
  readonly tally: Stats;
  readonly settings: ForwardSettings;
  /** Whether the table is in step with the engine; what /readyz answers. */
  readonly sync: () => SyncState;
  readonly logger: Logger;
  /** Gets a line for each request; null: none are wanted. */
  readonly accessLog: AccessLog | null;
  /** The Unix socket that `/admin/` is forwarded to; null: no admin API. */
  readonly adminSocket: string | null;
}

export interface Front {
  /** Listens, beside other processes on the same port. Resolves with the port. */
  listen(port: number, host?: string): Promise<number>;
  /** A life of a backend can't be reached any more: what is open to it is reset, or answered with 502 where no answer has begun. */
  sever(life: string): void;
  /** Graceful stop: takes nothing new, finishes what runs; at the deadline, in ms, it cuts the rest. Then resolves. */
  drain(deadlineMs: number): Promise<void>;
}

/** Makes the front; it does nothing until `listen`. Throws `bad_setting` for an invalid trusted address. */
export function createFront(options: FrontOptions): Front {
  const { settings } = options;
  const context: Context = {
    ...options,
    hosts: new Hosts((funko) => options.routes.exists(funko)),
    running: new InFlight(),
    trust: new Trust(settings.trustedAddresses),
  };
  const server = makeServer(context);
  return {
    listen: async (port, host) => listen(server, port, host),
    sever: (life) => {
      options.upstreams.sever(life);
      context.running.sever(life);
    },
    drain: async (deadlineMs) => drain(server, context.running, deadlineMs),
  };
}

function makeServer(context: Context): Server<typeof IncomingMessage, typeof Reply> {
  const { settings } = context;
  const server = createServer<typeof IncomingMessage, typeof Reply>({
    ServerResponse: Reply,
    maxHeaderSize: settings.maxHeaderBytes,
    headersTimeout: settings.clientHeadersMs,
    // An upload may take as long as it likes; its pauses are timed: see Exchange.clientIdle.
    requestTimeout: 0,
    keepAliveTimeout: settings.clientKeepAliveMs,
    connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, settings.clientHeadersMs),
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    // RequestHead checks it, and answers with a problem.
    requireHostHeader: false,
    optimizeEmptyRequests: true,
    shouldUpgradeCallback: wantsWebSocket,
  });
  // The size of the head is the limit. Fields beyond a number would be lost in silence.
  server.maxHeadersCount = 0;
  server.maxConnections = settings.maxConnections;
  server.on('connection', rememberPeer);
  server.on('request', (req, reply) => {
    begin(context, req, reply, 'plain');
  });
  server.on('checkExpectation', (req, reply) => {
    begin(context, req, reply, 'plain');
  });
  server.on('checkContinue', (req, reply) => {
    begin(context, req, reply, 'continue');
  });
  server.on('upgrade', (req, socket, head) => {
    beginUpgrade(context, req, asSocket(socket), head);
  });
  server.on('connect', (_req, socket) => {
    refuseConnect(asSocket(socket));
  });
  server.on('clientError', (error, socket) => {
    onClientError(error, asSocket(socket));
  });
  server.on('timeout', onTimeout);
  return server;
}

/**
 * Pipelined requests are run one after the other: only safe ones may run side by side (RFC 9112, 9.3.2).
 */
function begin(context: Context, req: IncomingMessage, reply: Reply, manner: RequestKind): void {
  const { socket } = req;
  if (reply.socket !== null) {
    run(context, req, reply, manner);
    return;
  }
  const waiting = (waitingOn.get(socket) ?? 0) + 1;
  waitingOn.set(socket, waiting);
  if (waiting > MOST_PIPELINED) {
    socket.destroy();
    return;
  }
  reply.once('socket', () => {
    waitingOn.set(socket, (waitingOn.get(socket) ?? 1) - 1);
    run(context, req, reply, manner);
  });
}

/** Has Node look up the client's address now, which it keeps: the client may have gone when its request is read. */
function rememberPeer(socket: Socket): string | undefined {
  return socket.remoteAddress;
}

/** Connection → pipelined requests that wait for their turn. */
const waitingOn = new WeakMap<Socket, number>();

function run(context: Context, req: IncomingMessage, reply: Reply, manner: RequestKind): void {
  // Our side is closed, or the client went before it was known: nobody would get the answer, so nothing may be done for it.
  if (req.socket.writableEnded || req.socket.remoteAddress === undefined) req.socket.destroy();
  else new Exchange(context, req, reply, manner).run();
}

function beginUpgrade(context: Context, req: IncomingMessage, socket: Socket, head: Buffer): void {
  socket.on('error', ignore);
  if (head.length > 0) socket.unshift(head);
  run(context, req, detachedReply(req, socket), 'upgrade');
}

/**
 * Upgrades are made to `websocket` only, from a GET without a body that does not follow upon an unanswered request. Any
 * other request for one is a plain request.
 */
function wantsWebSocket({ method, httpVersion, headers, socket }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    httpVersion === '1.1' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['transfer-encoding'] === undefined &&
    (headers['content-length'] ?? '0') === '0' &&
    replyOn(socket) === undefined
  );
}

function refuseConnect(socket: Socket): void {
  socket.on('error', ignore);
  const allow = 'Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n';
  answerLast(socket, rawProblem(405, 'CONNECT is not offered here.', allow));
}

/** A connection was silent for as long as it may be: between two requests, or in the midst of one. */
function onTimeout(socket: Socket): void {
  const exchange = replyOn(socket)?.exchange;
  if (exchange) exchange.clientIdle();
  else socket.destroy();
}

async function listen(
  server: Server<typeof IncomingMessage, typeof Reply>,
  port: number,
  host?: string,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject);
  server.listen({ port, reusePort: true, backlog: 4096, ...(host === undefined ? {} : { host }) }, () => {
    server.off('error', reject);
    resolve(undefined);
  });
  await promise;
  return (server.address() as AddressInfo).port;
}

function ignore(): void {
  // The close that follows says all.
}
