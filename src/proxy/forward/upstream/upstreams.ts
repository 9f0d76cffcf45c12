/**
 * Connections to funkos: one undici Pool for each life of a backend, so that an address that is used again never
 * inherits a connection.
 */
import type { Dispatcher, Pool as AnyPool } from 'undici';
import { FaasoError } from '../../../errors.ts';
import type { Backend } from '../../balancing/backend.ts';
import { Connection } from './connection.ts';
import { Pool } from './pool.ts';
import type { ForwardSettings } from '../settings.ts';

/** How long requests on an ended life may run, in ms; the container is usually gone long before. */
const RETIRE_WITHIN_MS = 3_600_000;
const SEVERED = 'The instance has left the network before it had answered.';

export class Upstreams {
  readonly #pools = new Map<string, Pool>();
  /** Connections that are to be closed → the life that they belong to. */
  readonly #retiring = new Map<Dispatcher, string>();
  /** Connections to one instance at the same time. */
  readonly mostConnections: number;
  /** How long a request waits for one of them, in ms. */
  readonly connectionWithinMs: number;
  readonly #options: AnyPool.Options;
  #socket: Pool | undefined;

  constructor(settings: ForwardSettings) {
    this.mostConnections = settings.maxUpstreamConnections;
    this.connectionWithinMs = settings.connectionWithinMs;
    this.#options = {
      connections: settings.maxUpstreamConnections,
      connectTimeout: settings.connectTimeoutMs,
      keepAliveTimeout: settings.upstreamKeepAliveMs,
      headersTimeout: settings.headersTimeoutMs,
      bodyTimeout: settings.bodyIdleMs,
      maxHeaderSize: settings.maxHeaderBytes,
      allowH2: false,
      pipelining: 1,
      factory: (origin, options) => new Connection(origin, options),
    };
  }

  /** The connections to this life of the backend, made at first use. Its address must not be null. */
  of(backend: Backend): Dispatcher {
    const known = this.#pools.get(backend.life);
    if (known) return known;
    const pool = new Pool(originOf(backend), this.#optionsFor(backend));
    this.#pools.set(backend.life, pool);
    return pool;
  }

  /** Sends a request over a new connection to this life of the backend, which is closed after it. */
  dispatchAlone(
    backend: Backend,
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const connection = new Connection(originOf(backend), this.#optionsFor(backend));
    this.#retiring.set(connection, backend.life);
    connection.dispatch({ ...options, reset: true }, handler);
    void this.#close(connection, RETIRE_WITHIN_MS);
  }

  /** A funko's own timeouts come first. */
  #optionsFor({ rules }: Backend): AnyPool.Options {
    const options = this.#options;
    if (rules === null) return options;
    return {
      ...options,
      connectTimeout: rules.connectMs ?? options.connectTimeout,
      headersTimeout: rules.headersMs ?? options.headersTimeout,
      bodyTimeout: rules.idleMs ?? options.bodyTimeout,
    } as AnyPool.Options;
  }

  /** The connections to a server on a Unix socket. What it is at (a build, a release command) may be silent for as long as it likes. */
  ofSocket(path: string): Dispatcher {
    this.#socket ??= new Pool('http://localhost', { ...this.#options, bodyTimeout: 0, socketPath: path });
    return this.#socket;
  }

  /** A life has ended: idle connections are closed now; requests on it run until they finish or the container dies. */
  retire(life: string): void {
    const pool = this.#pools.get(life);
    if (!pool) return;
    this.#pools.delete(life);
    this.#retiring.set(pool, life);
    void this.#close(pool, RETIRE_WITHIN_MS);
  }

  /** A life can't be reached any more: what runs on it fails at once, for its end would never come. */
  sever(life: string): void {
    this.retire(life);
    const error = new FaasoError('bad_gateway', SEVERED);
    for (const [connections, of] of this.#retiring) if (of === life) void connections.destroy(error);
  }

  /** Ends every connection; resolves when they are closed. */
  async closeAll(): Promise<void> {
    const pools = [
      ...this.#pools.values(),
      ...this.#retiring.keys(),
      ...(this.#socket ? [this.#socket] : []),
    ];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  /** `close()` waits for an open event stream: always with a deadline. */
  async #close(pool: Dispatcher, withinMs: number): Promise<void> {
    const timer = setTimeout(() => void pool.destroy(), withinMs).unref();
    try {
      await pool.close();
    } finally {
      clearTimeout(timer);
      this.#retiring.delete(pool);
    }
  }
}

function originOf(backend: Backend): string {
  const address = backend.address ?? '';
  return `http://${address.includes(':') ? `[${address}]` : address}:${backend.port}`;
}
