/** A graceful stop of the front, in order. */
import { Server } from 'node:net';
import type { InFlight } from './in-flight.ts';

/** How long an idle connection may still bring a request, in ms: it may be on its way. It gets `Connection: close`. */
const IDLE_GRACE_MS = 500;
const LOOK_EVERY_MS = 50;

/** What is needed of node:http's server. */
export interface DrainableServer extends Server {
  closeIdleConnections(): void;
  closeAllConnections(): void;
}

/**
 * Takes no new connection, finishes what runs, closes what is idle. At the deadline it ends upgraded connections and
 * cuts the rest. Resolves when every connection is closed.
 * @param deadlineMs from now, in ms
 */
export async function drain(server: DrainableServer, running: InFlight, deadlineMs: number): Promise<void> {
  running.draining = true;
  const closed = closeListener(server);
  const deadline = setTimeout(() => {
    running.endTunnels();
    server.closeAllConnections();
  }, deadlineMs);
  const graceOver = performance.now() + Math.min(IDLE_GRACE_MS, deadlineMs);
  const looking = setInterval(() => {
    if (performance.now() < graceOver) return;
    // For node:http a connection that has brought nothing yet is not idle: where nothing runs, all may go.
    if (running.idle) server.closeAllConnections();
    else server.closeIdleConnections();
  }, LOOK_EVERY_MS);
  await closed;
  clearTimeout(deadline);
  clearInterval(looking);
}

/**
 * Stops listening; resolves when all connections are closed. It goes past node:http's own `close`, which also cuts idle
 * connections at once, and with them requests that are on their way.
 */
async function closeListener(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  Server.prototype.close.call(server, () => {
    resolve(undefined);
  });
  await promise;
}
