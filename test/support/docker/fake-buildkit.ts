/** An engine with a BuildKit of our own on a Unix socket: it asks for the context as the real one does, and ends as it is told. */
import { once } from 'node:events';
import { connect, performServerHandshake, type ClientHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import protobuf from 'protobufjs';
import { GrpcFrames, frame, GRPC_ANSWER } from '../../../src/docker/buildkit/grpc.ts';
import { socketServer } from './socket-server.ts';

const SWITCHED = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

const { root } = protobuf.parse(`syntax = "proto3";
  message SolveRequest { string ref = 1; string exporter = 3; string session = 5; map<string, string> attrs = 7; }
  message SolveResponse { map<string, string> exporter = 1; }
  message BytesMessage { bytes data = 1; }
`);
const type = (name: string): protobuf.Type => root.lookupType(name);

/** What the engine was asked to build. */
export interface Asked {
  readonly ref: string;
  readonly attrs: Readonly<Record<string, string>>;
  /** The whole context; undefined if it broke. */
  readonly context: () => Promise<Buffer | undefined>;
  /** Tells a progress message, as it comes from BuildKit. */
  readonly tell: (trace: Buffer) => void;
  /** Aborted when the call is cancelled or its connection breaks. */
  readonly cancelled: AbortSignal;
}

/** How a build ends: with an image, with a status and words, or with the engine itself. */
export type End =
  | { readonly image: string }
  | { readonly status: number; readonly words: string; readonly details?: Buffer }
  | 'dies';

export interface FakeEngine extends AsyncDisposable {
  readonly socketPath: string;
}

/**
 * @param build does what a build does
 * @param other answers what is not BuildKit's
 */
export async function fakeBuildKit(
  build: (asked: Asked) => Promise<End>,
  other: RequestListener = (_request, response) => void response.writeHead(404).end('{"message":"no"}'),
): Promise<FakeEngine> {
  const server = await socketServer();
  const sessions = new Map<string, ClientHttp2Session>();
  const sockets: Duplex[] = [];
  await server.start(other, (request: IncomingMessage, socket: Duplex) => {
    sockets.push(socket.on('error', () => undefined));
    socket.write(SWITCHED);
    if (request.url === '/session') {
      const session = connect('http://client', { createConnection: () => socket });
      session.on('error', () => undefined);
      sessions.set(String(request.headers['x-docker-expose-session-uuid']), session);
    } else serve(socket, sessions, build);
  });
  return {
    socketPath: server.socketPath,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

function serve(
  socket: Duplex,
  sessions: ReadonlyMap<string, ClientHttp2Session>,
  build: (asked: Asked) => Promise<End>,
): void {
  let followed: ServerHttp2Stream | undefined;
  const session = performServerHandshake(socket);
  session.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream, headers: Record<string, string>) => {
    stream.on('error', () => undefined);
    if (headers[':path'] === '/moby.buildkit.v1.Control/Status') {
      followed = stream;
      stream.respond(GRPC_ANSWER, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' })).resume();
      return;
    }
    const cancelled = new AbortController();
    stream.once('close', () => cancelled.abort());
    void solve(stream, cancelled.signal).then(() => followed?.end());
  });
  const solve = async (stream: ServerHttp2Stream, cancelled: AbortSignal): Promise<void> => {
    const [message] = await messagesOf(stream);
    const { ref, session, attrs } = decoded('SolveRequest', message) as Record<'ref' | 'session', string> &
      Pick<Asked, 'attrs'>;
    const context = async (): Promise<Buffer | undefined> => pull(sessions.get(session));
    const end = await build({
      ref,
      attrs,
      context,
      cancelled,
      tell: (trace) => void followed?.write(frame(trace)),
    });
    if (end === 'dies') socket.destroy();
    else if (!stream.destroyed) answer(stream, end);
  };
}

function answer(stream: ServerHttp2Stream, end: Exclude<End, 'dies'>): void {
  if ('status' in end) {
    const words = { 'grpc-status': String(end.status), 'grpc-message': encodeURIComponent(end.words) };
    const details = end.details
      ? { 'grpc-status-details-bin': end.details.toString('base64').replace(/=+$/, '') }
      : {};
    stream.respond({ ...GRPC_ANSWER, ...words, ...details }, { endStream: true });
    return;
  }
  stream.respond(GRPC_ANSWER, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const exporter = end.image === '' ? {} : { 'containerimage.digest': end.image };
  stream.end(frame(type('SolveResponse').encode({ exporter }).finish()));
}

async function pull(session: ClientHttp2Session | undefined): Promise<Buffer | undefined> {
  const stream = session?.request({ ':method': 'POST', ':path': '/moby.upload.v1.Upload/Pull' });
  if (!stream) return undefined;
  stream.end();
  const messages = await messagesOf(stream).catch(() => []);
  // As the real one: see LONGEST_PIECE.
  if (messages.some(({ length }) => length > 4 * 1024 * 1024)) return undefined;
  if (stream.rstCode !== 0) return undefined;
  return Buffer.concat(
    messages.map((message) => (decoded('BytesMessage', message) as { data: Buffer }).data),
  );
}

async function messagesOf(stream: Duplex): Promise<Buffer[]> {
  const frames = new GrpcFrames();
  const messages: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => messages.push(...frames.push(chunk)));
  await once(stream, 'end');
  return messages;
}

function decoded(name: string, message: Buffer | undefined): unknown {
  return type(name).toObject(type(name).decode(message ?? Buffer.alloc(0)), {
    defaults: true,
    objects: true,
  });
}
