/**
 * The session that BuildKit wants beside a build: an HTTP/2 connection on which the engine asks us. It asks for the build
 * context, whether we live (gRPC health checks, after two failures it gives the session up), for secrets, for a Dockerfile
 * that is not in the context, and for registry credentials, and we have none: base images are pulled anonymously. Without a session no image can be pulled in a build.
 */
import { randomUUID } from 'node:crypto';
import { performServerHandshake, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import type { BuildParts, BuildSecrets } from './build-request.ts';
import { bytesHead, encodeBytes, secretIdOf } from './buildkit-messages.ts';
import type { Engine } from '../engine/engine.ts';
import { frame, frameHead, GrpcFrames, GRPC_ANSWER } from './grpc.ts';
import { hijack } from '../engine/hijack.ts';
import { piecesOf, sendFile } from './send-file.ts';

const HEALTH_CHECK = '/grpc.health.v1.Health/Check';
const CREDENTIALS = '/moby.filesync.v1.Auth/Credentials';
const UPLOAD = '/moby.upload.v1.Upload/Pull';
const SECRET = '/moby.buildkit.secrets.v1.Secrets/GetSecret';
const FILES = '/moby.filesync.v1.FileSync/DiffCopy';
const METHODS = [HEALTH_CHECK, CREDENTIALS, UPLOAD, SECRET, FILES];
/** The message `08 01` is "serving". */
const SERVING = frame(Buffer.from([8, 1]));
const EMPTY_MESSAGE = frame(Buffer.alloc(0));
/** gRPC status 12: unimplemented. BuildKit then continues without it. */
const UNIMPLEMENTED = '12';
const NOT_FOUND = '5';

export interface BuildSession {
  readonly id: string;
  close(): void;
}

/** What the engine can ask for in a session. */
export interface SessionParts extends BuildParts {
  /** What it gets when it asks for `contextUrl`, no faster than it takes it. */
  readonly context: Readable;
}

/**
 * Opens a session; close it when the build has ended.
 * Throws `engine_*`.
 */
export async function openBuildSession(
  engine: Engine,
  parts: SessionParts,
  signal?: AbortSignal,
): Promise<BuildSession> {
  const id = randomUUID();
  const headers = {
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'faaso',
    'X-Docker-Expose-Session-Grpc-Method': METHODS,
  };
  const request = { what: 'opening a build session', path: '/session', protocol: 'h2c', headers };
  const socket = await hijack(engine, request, signal);
  const session = performServerHandshake(socket) as Http2Session;
  session.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream, asked: Record<string, string>) => {
    answer(stream, asked[':path'], parts);
  });
  return {
    id,
    close: () => {
      session.destroy();
      socket.destroy();
    },
  };
}

function answer(stream: ServerHttp2Stream, path: string | undefined, parts: SessionParts): void {
  stream.on('error', () => undefined);
  switch (path) {
    case HEALTH_CHECK:
      stream.resume();
      begin(stream).end(SERVING);
      break;
    case CREDENTIALS:
      stream.resume();
      begin(stream).end(EMPTY_MESSAGE);
      break;
    case UPLOAD:
      stream.resume();
      void upload(begin(stream), parts.context);
      break;
    case SECRET:
      giveSecret(stream, parts.secrets ?? {});
      break;
    case FILES:
      // The one file that is asked for like this; the frontend asks only if the request has said so.
      sendFile(begin(stream), { name: 'Dockerfile', data: Buffer.from(parts.dockerfile ?? '') });
      break;
    default:
      refuse(stream.resume(), UNIMPLEMENTED);
  }
}

function begin(stream: ServerHttp2Stream): ServerHttp2Stream {
  stream.respond(GRPC_ANSWER, { waitForTrailers: true });
  return stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' });
  });
}

function refuse(stream: ServerHttp2Stream, status: string): void {
  stream.respond({ ...GRPC_ANSWER, 'grpc-status': status }, { endStream: true });
}

/** `required` says whether a step can run without a secret that is not given. */
function giveSecret(stream: ServerHttp2Stream, secrets: BuildSecrets): void {
  const frames = new GrpcFrames();
  stream.on('data', (chunk: Buffer) => {
    for (const message of frames.push(chunk)) {
      const id = secretIdOf(message);
      if (Object.hasOwn(secrets, id)) begin(stream).end(frame(encodeBytes(secrets[id] ?? Buffer.alloc(0))));
      else refuse(stream, NOT_FOUND);
    }
  });
}

/** A context that fails fails the upload; the reason comes from the context itself. */
async function upload(stream: ServerHttp2Stream, context: Readable): Promise<void> {
  try {
    // Not destroyed by us when the engine asks no more: that would look as if the context had broken.
    for await (const chunk of context.iterator({ destroyOnReturn: false })) {
      for (const piece of piecesOf(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string))) {
        if (stream.destroyed) return;
        if (!writePiece(stream, piece)) await roomIn(stream);
      }
    }
    stream.end();
  } catch {
    stream.destroy();
  }
}

/** As one message, without a copy of it. Gives whether there is room for more. */
function writePiece(stream: ServerHttp2Stream, piece: Buffer): boolean {
  const head = bytesHead(piece.length);
  stream.cork();
  stream.write(Buffer.concat([frameHead(head.length + piece.length), head]));
  const hasRoom = stream.write(piece);
  stream.uncork();
  return hasRoom;
}

async function roomIn(stream: ServerHttp2Stream): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const done = (): void => resolve(undefined);
  stream.once('drain', done).once('close', done);
  await promise;
  stream.off('drain', done).off('close', done);
}
