/**
 * The session that BuildKit wants beside a build: an HTTP/2 connection on which the engine asks us. It asks whether
 * we live (gRPC health checks, after two failures it gives the session up) and for registry credentials, and we have
 * none: base images are pulled anonymously. Without a session no image can be pulled in a build.
 */
import { randomUUID } from 'node:crypto';
import { performServerHandshake, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type Docker from 'dockerode';
import type { Engine } from './engine.ts';

const HEALTH_CHECK = '/grpc.health.v1.Health/Check';
const CREDENTIALS = '/moby.filesync.v1.Auth/Credentials';
/** gRPC frames: no compression, four bytes of length, the message. `08 01` is "serving". */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 8, 1]);
const EMPTY_MESSAGE = Buffer.from([0, 0, 0, 0, 0]);
/** gRPC status 12: unimplemented. BuildKit then goes on without. */
const UNIMPLEMENTED = '12';

export interface BuildSession {
  readonly id: string;
  close(): void;
}

/** Opens a session; close it when the build has ended. Throws `engine_*`. */
export async function openBuildSession(engine: Engine, signal?: AbortSignal): Promise<BuildSession> {
  const id = randomUUID();
  const open = async (docker: Docker, abortSignal: AbortSignal): Promise<Socket> => {
    const opened = await hijack(docker, id);
    if (abortSignal.aborted) opened.destroy();
    return opened;
  };
  const socket = await engine.call('opening a build session', open, { signal });
  socket.on('error', () => undefined);
  const session = performServerHandshake(socket) as Http2Session;
  session.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream, headers: Record<string, string>) => {
    answer(stream, headers[':path']);
  });
  return {
    id,
    close: () => {
      session.destroy();
      socket.destroy();
    },
  };
}

async function hijack(docker: Docker, id: string): Promise<Socket> {
  const options = {
    method: 'POST',
    path: '/session',
    hijack: true,
    headers: {
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'faaso',
      'X-Docker-Expose-Session-Grpc-Method': [HEALTH_CHECK, CREDENTIALS],
    },
    statusCodes: { 200: true, 101: true, 500: 'server error' },
  };
  return new Promise((resolve, reject) => {
    const modem = docker.modem as {
      dial(options: object, done: (error: Error | null, socket?: Socket) => void): void;
    };
    modem.dial(options, (error, socket) => {
      if (socket) resolve(socket);
      else reject(error ?? new Error('the engine opened no session'));
    });
  });
}

function answer(stream: ServerHttp2Stream, path: string | undefined): void {
  stream.on('error', () => undefined);
  stream.resume();
  const message = path === HEALTH_CHECK ? SERVING : path === CREDENTIALS ? EMPTY_MESSAGE : undefined;
  const head = { ':status': 200, 'content-type': 'application/grpc' };
  if (!message) {
    stream.respond({ ...head, 'grpc-status': UNIMPLEMENTED }, { endStream: true });
    return;
  }
  stream.respond(head, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' });
  });
  stream.end(message);
}
