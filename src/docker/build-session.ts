/**
 * The session that BuildKit wants beside a build: an HTTP/2 connection on which the engine asks us. It asks for the build
 * context, whether we live (gRPC health checks, after two failures it gives the session up), and for registry credentials,
 * and we have none: base images are pulled anonymously. Without a session no image can be pulled in a build.
 */
import { randomUUID } from 'node:crypto';
import { performServerHandshake, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import { encodeBytes } from './buildkit-messages.ts';
import type { Engine } from './engine.ts';
import { frame, GRPC_ANSWER } from './grpc.ts';
import { hijack } from './hijack.ts';

const HEALTH_CHECK = '/grpc.health.v1.Health/Check';
const CREDENTIALS = '/moby.filesync.v1.Auth/Credentials';
const UPLOAD = '/moby.upload.v1.Upload/Pull';
/** The message `08 01` is "serving". */
const SERVING = frame(Buffer.from([8, 1]));
const EMPTY_MESSAGE = frame(Buffer.alloc(0));
/** The engine takes no message of 16 MiB or more. */
const LONGEST_PIECE = 256 * 1024;
/** gRPC status 12: unimplemented. BuildKit then goes on without. */
const UNIMPLEMENTED = '12';

/**
 * The URL by which BuildKit knows the context that comes over a session. It must be another one for each build: BuildKit
 * takes what has one URL for one thing, and builds that run at a time would get each other's contexts.
 */
export function contextUrl(session: string): string {
  return `http://buildkit-session/${session}`;
}

export interface BuildSession {
  readonly id: string;
  close(): void;
}

/**
 * Opens a session; close it when the build has ended.
 * @param context what the engine gets when it asks for `contextUrl`, no faster than it takes it
 * Throws `engine_*`.
 */
export async function openBuildSession(
  engine: Engine,
  context: Readable,
  signal?: AbortSignal,
): Promise<BuildSession> {
  const id = randomUUID();
  const headers = {
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'faaso',
    'X-Docker-Expose-Session-Grpc-Method': [HEALTH_CHECK, CREDENTIALS, UPLOAD],
  };
  const request = { what: 'opening a build session', path: '/session', protocol: 'h2c', headers };
  const socket = await hijack(engine, request, signal);
  const session = performServerHandshake(socket) as Http2Session;
  session.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream, asked: Record<string, string>) => {
    answer(stream, asked[':path'], context);
  });
  return {
    id,
    close: () => {
      session.destroy();
      socket.destroy();
    },
  };
}

function answer(stream: ServerHttp2Stream, path: string | undefined, context: Readable): void {
  stream.on('error', () => undefined);
  stream.resume();
  const message = path === HEALTH_CHECK ? SERVING : path === CREDENTIALS ? EMPTY_MESSAGE : undefined;
  if (!message && path !== UPLOAD) {
    stream.respond({ ...GRPC_ANSWER, 'grpc-status': UNIMPLEMENTED }, { endStream: true });
    return;
  }
  stream.respond(GRPC_ANSWER, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' });
  });
  if (message) stream.end(message);
  else void upload(stream, context);
}

/** A context that breaks breaks the upload; why, whoever made it hears from the context itself. */
async function upload(stream: ServerHttp2Stream, context: Readable): Promise<void> {
  try {
    // Not destroyed by us when the engine asks no more: that would look as if the context had broken.
    for await (const chunk of context.iterator({ destroyOnReturn: false })) {
      for (const piece of piecesOf(Buffer.from(chunk as Buffer))) {
        if (stream.destroyed) return;
        if (!stream.write(frame(encodeBytes(piece)))) await roomIn(stream);
      }
    }
    stream.end();
  } catch {
    stream.destroy();
  }
}

function* piecesOf(chunk: Buffer): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += LONGEST_PIECE) yield chunk.subarray(at, at + LONGEST_PIECE);
}

async function roomIn(stream: ServerHttp2Stream): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const done = (): void => resolve(undefined);
  stream.once('drain', done).once('close', done);
  await promise;
  stream.off('drain', done).off('close', done);
}
