/**
 * BuildKit inside of the engine, by the way that `docker build` takes: `POST /grpc`. The engine's own `POST /build` can't
 * say in which cgroup a build is to run (seen with Engine 26.1), and that is what keeps builds within bounds.
 */
import { connect } from 'node:http2';
import { encodeSolve, encodeStatusRequest, imageIdOf, type SolveRequest } from './buildkit-messages.ts';
import { decodeTrace, type Trace } from './buildkit-trace.ts';
import type { Engine } from '../engine/engine.ts';
import { call } from './grpc.ts';
import { hijack } from '../engine/hijack.ts';

export interface BuildKit {
  /**
   * Builds. Aborting cancels the build in the engine.
   * @returns the image's ID, undefined if there is none
   * Throws GrpcError.
   */
  solve(request: SolveRequest, signal: AbortSignal): Promise<string | undefined>;
  /** Tells of a build's progress until it has ended, however it ends. Throws GrpcError, and what `onTrace` throws. */
  follow(ref: string, onTrace: (trace: Trace) => void): Promise<void>;
  close(): void;
}

/** A failed build's Dockerfile comes back in a header. */
const LONGEST_HEADERS = 16 * 1024 * 1024;

/** Connects; close it in the end. Throws `engine_*`. */
export async function openBuildKit(engine: Engine, signal: AbortSignal): Promise<BuildKit> {
  const request = { what: 'building an image', path: '/grpc', protocol: 'h2c' };
  const socket = await hijack(engine, request, signal);
  const session = connect('http://engine', {
    createConnection: () => socket,
    settings: { maxHeaderListSize: LONGEST_HEADERS },
  });
  session.on('error', () => undefined);
  const control = (method: string): string => `/moby.buildkit.v1.Control/${method}`;
  return {
    solve: async (wanted, abort) => {
      let imageId: string | undefined;
      const onMessage = (answer: Buffer): void => void (imageId = imageIdOf(answer));
      await call(session, { path: control('Solve'), message: encodeSolve(wanted), onMessage, signal: abort });
      return imageId;
    },
    follow: async (ref, onTrace) => {
      const onMessage = (message: Buffer): void => onTrace(decodeTrace(message));
      await call(session, { path: control('Status'), message: encodeStatusRequest(ref), onMessage });
    },
    close: () => {
      session.destroy();
      socket.destroy();
    },
  };
}
