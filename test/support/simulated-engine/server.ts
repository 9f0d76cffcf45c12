/**
 * A simulated Docker Engine: a real HTTP server on a Unix socket that speaks as much of the API as routing and the lifecycle need, with
 * faults that can be ordered. For tests only.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Commands, hasAll, labelsOf, type Answer } from './commands.ts';
import { SimulatedImages } from './images.ts';
import { Model, type SimulatedEvent } from './model.ts';
import { EventStreams, type StreamFaults } from './streams.ts';
import { inspectShape, rowShape } from './shapes.ts';

/** What may go wrong; each function is asked once for each call. */
export interface Faults extends StreamFaults {
  /** How long an inspect takes to be answered, in ms; what it shows is of the moment it was asked. */
  inspectMs(): number;
  /** Whether this inspect fails with 500. */
  inspectFails(): boolean;
  listMs(): number;
  listFails(): boolean;
  /** Whether a ping is answered. */
  pings(): boolean;
}

/** `lost`: not done, and the connection breaks; `unheard`: done, and it breaks; `failed`: not done, and the engine says so. */
export type Fate = 'done' | 'lost' | 'unheard' | 'failed';

const NO_FAULTS: Faults = {
  inspectMs: () => 0,
  inspectFails: () => false,
  listMs: () => 0,
  listFails: () => false,
  pings: () => true,
  eventMs: () => 0,
  copies: () => 1,
  cutAt: (bytes) => bytes,
};

export class SimulatedEngine {
  readonly model: Model;
  readonly images = new SimulatedImages();
  readonly streams: EventStreams;
  /** How often each call was made: `list`, `inspect`, `events`, `ping`. */
  readonly calls = { list: 0, inspect: 0, events: 0, ping: 0 };
  faults: Faults = NO_FAULTS;
  /** Whoever calls now is not there any more: nothing is done and nothing answered. */
  isDead = false;
  /** What it shows of a container; benchmarks make it as big as the real thing (real-size.ts). */
  shapes = { inspect: inspectShape, row: rowShape };
  /** Asked before each call that changes something: whether it is done, and whether its caller hears of it. */
  fate: (call: string) => Fate = () => 'done';
  readonly #commands: Commands;
  readonly #server: Server;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.streams = new EventStreams(() => this.faults);
    this.model = new Model((event: SimulatedEvent) => {
      this.streams.emit(event);
    });
    this.#commands = new Commands(this.model, this.images);
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
  }

  /** Starts one on a socket of its own. */
  static async start(): Promise<SimulatedEngine> {
    const engine = new SimulatedEngine(await mkdtemp(join(tmpdir(), 'faaso-simulated-')));
    await engine.listen();
    return engine;
  }

  get socketPath(): string {
    return join(this.#folder, 'docker.sock');
  }

  /** Orders faults; those that are not named stay away. */
  fail(faults: Partial<Faults>): void {
    this.faults = { ...NO_FAULTS, ...faults };
  }

  /** Answers again, after `close`. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(this.socketPath, resolve);
    });
  }

  /** Goes away as an engine that is killed: every connection breaks, its containers live on. */
  async close(): Promise<void> {
    this.streams.cut();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://engine');
    const path = url.pathname.replace(/^\/v1\.[0-9]+/, '');
    const inspected = /^\/containers\/([^/]+)\/json$/.exec(path)?.[1];
    // A call that is in nobody's interest any more is not answered, not even its connection's end.
    if (this.isDead) request.socket.destroy();
    else if (path === '/_ping') this.#ping(response);
    else if (path === '/events') this.#events(url, response);
    else if (path === '/containers/json') this.#list(url, response);
    else if (inspected !== undefined) this.#inspect(inspected, response);
    else void this.#command(request, response, { path, query: url.searchParams });
  }

  async #command(
    request: IncomingMessage,
    response: ServerResponse,
    { path, query }: { path: string; query: URLSearchParams },
  ): Promise<void> {
    const method = request.method ?? '';
    const fate = method === 'GET' ? 'done' : this.fate(`${method} ${path}`);
    if (fate === 'failed') {
      send(response, 500, { message: 'it fails, as ordered' }, 0);
      return;
    }
    const unknown: Answer = {
      status: 404,
      body: { message: `the simulated engine knows no ${method} ${path}` },
    };
    const { status, body } =
      fate === 'lost'
        ? unknown
        : ((await this.#commands.answer({ method, path, query, request })) ?? unknown);
    if (fate !== 'done') request.socket.destroy();
    else if (body === undefined) response.writeHead(status).end();
    else send(response, status, body as object, 0);
  }

  #ping(response: ServerResponse): void {
    this.calls.ping += 1;
    if (this.faults.pings()) response.end('OK');
  }

  #events(url: URL, response: ServerResponse): void {
    this.calls.events += 1;
    const [seconds = '0', fraction = ''] = (url.searchParams.get('since') ?? '0').split('.');
    this.streams.open(
      response,
      BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9)),
    );
  }

  #list({ searchParams }: URL, response: ServerResponse): void {
    this.calls.list += 1;
    const wanted = labelsOf(searchParams);
    const listed = [...this.model.containers.values()].filter(({ labels }) => hasAll(labels, wanted));
    const rows = listed.map(this.shapes.row);
    if (this.faults.listFails())
      send(response, 500, { message: 'the list fails, as ordered' }, this.faults.listMs());
    else send(response, 200, rows, this.faults.listMs());
  }

  #inspect(id: string, response: ServerResponse): void {
    this.calls.inspect += 1;
    const byName = [...this.model.containers.values()].find(({ name }) => name === id);
    const container = this.model.containers.get(id) ?? byName;
    const ms = this.faults.inspectMs();
    if (this.faults.inspectFails()) send(response, 500, { message: 'the inspect fails, as ordered' }, ms);
    else if (container) send(response, 200, this.shapes.inspect(container), ms);
    else send(response, 404, { message: `No such container: ${id}` }, ms);
  }
}

/** The body is made at once, so that a late answer is an old one. */
function send(response: ServerResponse, status: number, body: object, ms: number): void {
  const text = JSON.stringify(body);
  const write = (): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };
  if (ms > 0) setTimeout(write, ms);
  else write();
}
