/** A front of a test's own, with real upstreams on ports of their own. `await using stand = await startStand(…)`. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import {
  createServer as createNetServer,
  type AddressInfo,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { createLogger } from '../../../src/logger.ts';
import { AccessLog } from '../../../src/proxy/forward/access-log.ts';
import { createFront, type Front } from '../../../src/proxy/forward/front.ts';
import { DEFAULT_FORWARD_SETTINGS, type ForwardSettings } from '../../../src/proxy/forward/settings.ts';
import { Stats } from '../../../src/proxy/ipc/stats.ts';
import { Upstreams } from '../../../src/proxy/forward/upstream/upstreams.ts';
import type { Backend } from '../../../src/proxy/balancing/backend.ts';
import { Routes } from '../../../src/proxy/balancing/routes.ts';
import { ConcurrencyClient } from '../../../src/proxy/worker/concurrency-client.ts';
import { ConcurrencyLimiter } from '../../../src/proxy/parent/workers/concurrency-limiter.ts';
import type { SyncState } from '../../../src/proxy/ipc/protocol.ts';
import { RawClient } from './raw-client.ts';

export interface WorkerHarnessOptions {
  readonly settings?: Partial<ForwardSettings>;
  readonly adminSocket?: string;
}

export class WorkerHarness implements AsyncDisposable {
  readonly routes: Routes;
  readonly upstreams: Upstreams;
  readonly front: Front;
  port = 0;
  sync: SyncState = { state: 'in_step', since: '2026-01-01T00:00:00.000Z', reason: null };
  /** Lines of the log, parsed. */
  readonly log: Record<string, unknown>[] = [];
  /** Container ID → requests in flight, as last told. */
  readonly inFlight = new Map<string, number>();
  /** One worker and its parent, in one process. */
  readonly #admissions = new ConcurrencyClient((message) => {
    const ticket = { worker: 0, ticket: 'ticket' in message ? message.ticket : 0 };
    if (message.type === 'enter') this.#gates.enter(ticket, message.funko, message);
    else if (message.type === 'leave') this.#gates.leave(ticket, message.funko);
  });
  readonly #gates = new ConcurrencyLimiter(({ ticket }, admitted) => {
    this.#admissions.answered(ticket, admitted);
  });
  readonly #servers: NetServer[] = [];
  readonly #sockets = new Set<Socket>();
  #logged = Promise.withResolvers<undefined>();
  #counted = Promise.withResolvers<undefined>();
  #sequence = 0;
  #drained = false;

  constructor(options: WorkerHarnessOptions) {
    const settings = { ...DEFAULT_FORWARD_SETTINGS, ...options.settings };
    const write = (line: string): void => {
      this.log.push(JSON.parse(line) as Record<string, unknown>);
      this.#logged.resolve(undefined);
      this.#logged = Promise.withResolvers();
    };
    // Any instance may be picked first: the dice always say the first one.
    this.routes = new Routes(
      (id, count) => {
        this.inFlight.set(id, count);
        this.#counted.resolve(undefined);
        this.#counted = Promise.withResolvers();
      },
      () => 0,
    );
    this.routes.apply({ type: 'table', sequence: 0, backends: [] });
    this.upstreams = new Upstreams(settings);
    this.front = createFront({
      routes: this.routes,
      upstreams: this.upstreams,
      admission: this.#admissions,
      tally: new Stats(() => true),
      settings,
      sync: () => this.sync,
      logger: createLogger('info', {}, { write }),
      accessLog: new AccessLog({ add: write }),
      adminSocket: options.adminSocket ?? null,
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts an HTTP server and routes the funko to it. */
  async funko(name: string, listener: RequestListener, change: Partial<Backend> = {}): Promise<Server> {
    const server = createServer(listener);
    await this.listen(server, name, change);
    return server;
  }

  /** Starts a server that speaks raw bytes and routes the funko to it. Resolves with its connections, as they come. */
  async rawFunko(name: string, change: Partial<Backend> = {}): Promise<Connections> {
    const connections = new Connections();
    const server = createNetServer({ allowHalfOpen: true }, (socket) => {
      connections.add(new RawClient(socket));
    });
    await this.listen(server, name, change);
    return connections;
  }

  /** Routes a funko to an instance. */
  route(name: string, port: number, change: Partial<Backend> = {}): Backend {
    const id = change.id ?? `id-${name}`;
    const backend: Backend = {
      id,
      name: `faaso-${name}.1`,
      funkos: [name],
      address: '127.0.0.1',
      port,
      state: 'ready',
      reason: null,
      fix: null,
      since: '2026-01-01T00:00:00.000Z',
      version: null,
      probe: null,
      rules: null,
      life: `${id}-1`,
      ...change,
    };
    this.patch([backend], []);
    return backend;
  }

  /** Applies a patch as the worker does. */
  patch(changed: readonly Backend[], removed: readonly string[]): void {
    this.#sequence += 1;
    const applied = this.routes.apply({ type: 'patch', sequence: this.#sequence, changed, removed });
    for (const life of applied.endedLives) this.upstreams.retire(life);
  }

  async listen(server: NetServer, name: string, change: Partial<Backend> = {}): Promise<number> {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push(server);
    const { port } = server.address() as AddressInfo;
    this.route(name, port, change);
    return port;
  }

  async connect(): Promise<RawClient> {
    return RawClient.connect(this.port);
  }

  /** Resolves with the first log line of this kind, waiting for it. */
  async logged(matches: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.log.find(matches);
      if (found) return found;
      await this.#logged.promise;
    }
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    while ([...this.inFlight.values()].some((count) => count !== 0)) await this.#counted.promise;
  }

  async drain(deadlineMs: number): Promise<void> {
    this.#drained = true;
    await this.front.drain(deadlineMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#drained) await this.front.drain(0);
    await this.upstreams.closeAll();
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Connections to a raw upstream, in the order they came. */
export class Connections {
  readonly all: RawClient[] = [];
  readonly #waiting: ((connection: RawClient) => void)[] = [];
  #taken = 0;

  add(connection: RawClient): void {
    this.all.push(connection);
    this.#waiting.shift()?.(connection);
  }

  /** The next connection, waiting for it. */
  async next(): Promise<RawClient> {
    this.#taken += 1;
    const here = this.all[this.#taken - 1];
    if (here) return here;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

/** Starts a front. Upstreams are added to it. */
export async function startWorkerHarness(options: WorkerHarnessOptions = {}): Promise<WorkerHarness> {
  const stand = new WorkerHarness(options);
  stand.port = await stand.front.listen(0, '127.0.0.1');
  return stand;
}

/** A port on which nothing listens. */
export async function deadPort(): Promise<number> {
  const server = createNetServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A GET for a funko as raw text, more fields in between. */
export function get(path: string, ...fields: string[]): string {
  return `GET ${path} HTTP/1.1\r\nHost: faaso.test\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
}
