/** A connection to the engine that no longer speaks HTTP/1.1. */
import type { Socket } from 'node:net';
import type { Engine } from './engine.ts';
import { dial } from './dial.ts';

export interface Hijack {
  /** What for, for messages: `opening a build session`. */
  readonly what: string;
  /** Ends with `?` if there is a query. */
  readonly path: string;
  readonly query?: object;
  /** A JSON value; an empty object if absent. */
  readonly body?: object;
  /** What it is to speak: `h2c` or `tcp`. */
  readonly protocol: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** Asks for a connection. The caller destroys it; errors on it are swallowed. Throws `engine_*`. */
export async function hijack(engine: Engine, request: Hijack, signal?: AbortSignal): Promise<Socket> {
  const { what, path, query = {}, body = {}, protocol, headers = {} } = request;
  const socket = await engine.call(
    what,
    async (docker, abortSignal) => {
      const opened = (await dial(docker, {
        method: 'POST',
        path,
        options: { _query: query, _body: body },
        hijack: true,
        headers: { ...headers, Upgrade: protocol },
        statusCodes: { 200: true, 101: true, 400: 'bad request', 404: 'not found', 500: 'server error' },
      })) as Socket;
      if (abortSignal.aborted) opened.destroy();
      return opened;
    },
    { signal },
  );
  socket.on('error', () => undefined);
  return socket;
}
