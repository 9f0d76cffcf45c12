/**
 * The connection to the Docker Engine: the only importer of dockerode, with its neighbours in this folder. Every call
 * has a deadline of its own, since an engine that dies in the middle of an answer leaves a promise pending for ever.
 */
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import { FaasoError, messageOf, systemCodeOf } from '../../errors.ts';
import { DEFAULT_BUILD_CGROUP } from '../../funko/build-cgroup.ts';
import { Agent } from '../../util/http.ts';
import { MOST_ANSWER_BYTES } from './answer.ts';
import { bounded, type CallBounds } from './bounded.ts';
import { within } from './deadline.ts';
import { Dockerode } from './dockerode.ts';
import { getJson } from './get-json.ts';

/** The deadline of one short call, unless the caller gives one. */
const CALL_WITHIN_MS = 10_000;
/** A connection that is idle for as long is closed: one to an engine that went away is soon forgotten. */
const KEPT_MS = 250;

/** The system's codes for an engine that is not there. */
const UNREACHABLE = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EACCES', 'ENOTSOCK']);

export interface EngineOptions {
  readonly socketPath: string;
  /** The deadline of one short call, in ms; 10 s if absent. */
  readonly timeoutMs?: number;
  /** Where a person says where the socket is, for error messages; DOCKER_HOST if absent. */
  readonly setting?: string;
  /** Where the engine is, for error messages, if the socket only leads to it: `ssh://me@build.example`. */
  readonly address?: string;
  /** Why the last connection that failed did, if more is known than the socket tells. */
  readonly failure?: () => string | undefined;
  /** The cgroup on the engine's host that builds are to run in; null: the engine's choice. FaaSO's usual one if absent. */
  readonly buildCgroup?: string | null;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** In ms; 0: no deadline, for streams without an end. */
  readonly timeoutMs?: number;
  /** The longest answer that is read; 16 MiB if absent. */
  readonly mostBytes?: number;
}

/**
 * Every call of docker-modem formats its options for a debug line, whether anybody reads it or not: the whole agent
 * with all its open sockets, milliseconds of CPU for each call. This one says only what it is.
 */
class TerseAgent extends Agent {
  [inspect.custom](): string {
    return 'TerseAgent';
  }
}

export class Engine {
  readonly socketPath: string;
  /** Where the engine is, for a person: the socket, or the address to which it leads. */
  readonly address: string;
  readonly buildCgroup: string | null;
  readonly #agent = new TerseAgent({ keepAlive: false });
  /** Of `get` alone: a burst of inspects shares connections, which are let go as soon as it is over. */
  readonly #kept = new Agent({ keepAlive: true, timeout: KEPT_MS, maxFreeSockets: 32 });
  readonly #docker: Docker;
  readonly #timeoutMs: number;
  readonly #setting: string;
  readonly #failure: () => string | undefined;

  /**
   * Connects to nothing yet. Each `call` opens a connection of its own by the socket's path: so a new socket file does
   * no harm, no call meets a connection that a restarted engine has closed, and no stream holds up a short call. The
   * client itself has no timeout, which would cut quiet event streams and long builds.
   */
  constructor(options: EngineOptions) {
    this.socketPath = options.socketPath;
    this.address = options.address ?? options.socketPath;
    this.buildCgroup = options.buildCgroup === undefined ? DEFAULT_BUILD_CGROUP : options.buildCgroup;
    this.#timeoutMs = options.timeoutMs ?? CALL_WITHIN_MS;
    this.#setting = options.setting ?? 'DOCKER_HOST';
    this.#failure = options.failure ?? (() => undefined);
    // Without a host of its own the client would take the one of DOCKER_HOST.
    const connection = {
      socketPath: options.socketPath,
      host: '',
      protocol: 'http',
      agent: this.#agent,
    } as const;
    this.#docker = new Dockerode(connection);
  }

  /**
   * Makes one call to the engine.
   * @param what the action, for messages: `inspecting container ab12`
   * @param work makes the call: at the deadline its connection is closed, and its answer is read up to a bound; the signal is for what
   * else it does
   * Throws `engine_unreachable`, `engine_timeout`, `engine_failed` (with the engine's words), `cancelled`.
   */
  async call<T>(
    what: string,
    work: (docker: Docker, signal: AbortSignal) => Promise<T>,
    options: CallOptions = {},
  ): Promise<T> {
    return this.#limited(what, options, async (bounds) => work(bounded(this.#docker, bounds), bounds.signal));
  }

  /** Gets a path's JSON, for less than the same `call` costs (docs/performance.md). Throws as `call` does. */
  async get(what: string, path: string, signal?: AbortSignal): Promise<unknown> {
    const place = { socketPath: this.socketPath, agent: this.#kept };
    return this.#limited(what, { signal }, async (bounds) => getJson(place, path, bounds));
  }

  /** Asks for a sign of life. Throws as `call` does. */
  async ping(signal?: AbortSignal): Promise<void> {
    await this.call('pinging the engine', async (docker) => docker.ping() as Promise<unknown>, { signal });
  }

  /** The engine's version (`26.1.5`), API version (`1.45`) and processor (`amd64`). Throws as `call` does. */
  async version(signal?: AbortSignal): Promise<{ version: string; apiVersion: string; processor: string }> {
    const answer = await this.call("asking for the engine's version", async (docker) => docker.version(), {
      signal,
    });
    return { version: answer.Version, apiVersion: answer.ApiVersion, processor: answer.Arch };
  }

  async #limited<T>(
    what: string,
    options: CallOptions,
    work: (bounds: CallBounds) => Promise<T>,
  ): Promise<T> {
    const limits = { timeoutMs: options.timeoutMs ?? this.#timeoutMs, signal: options.signal };
    const { mostBytes = MOST_ANSWER_BYTES } = options;
    try {
      return await within(what, limits, async (signal) => work({ signal, mostBytes }));
    } catch (error) {
      throw this.#explain(what, error);
    }
  }

  #explain(what: string, error: unknown): FaasoError {
    if (error instanceof FaasoError) return error;
    const code = systemCodeOf(error);
    if (code !== undefined && UNREACHABLE.has(code)) {
      const message = `${what}: no engine answers on ${this.address} (${this.#failure() ?? code}). ${this.#fix(code)}`;
      return new FaasoError('engine_unreachable', message, { cause: error });
    }
    return new FaasoError('engine_failed', `${what}: ${engineWords(error)}`, { cause: error });
  }

  /** What a person can do about an engine that is out of reach. */
  #fix(code: string): string {
    if (this.address !== this.socketPath) return `Start Docker there, or fix ${this.#setting}.`;
    if (code === 'EACCES') return 'This user may not open it: use sudo, or join the group "docker".';
    return `Start Docker, or say in ${this.#setting} where its socket is.`;
  }
}

/** The HTTP status of the engine's answer that made a call fail; undefined for other failures. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const status: unknown = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' ? status : statusOf(error.cause);
}

/** Gives undefined instead of throwing when the engine says that there is no such thing (404). */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The engine's own message. */
function engineWords(error: unknown): string {
  const { json } = Object(error) as { readonly json?: { readonly message?: unknown } | null };
  return typeof json?.message === 'string' ? json.message : messageOf(error);
}
