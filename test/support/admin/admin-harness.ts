/** The real admin API over funkos without an engine, on a Unix socket and on a port of 127.0.0.1. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createLogger } from '../../../src/logger.ts';
import { createAdmin, type AdminLimits } from '../../../src/proxy/admin/server.ts';
import type { Backend } from '../../../src/proxy/balancing/backend.ts';
import { RoutingTable } from '../../../src/proxy/tracking/table.ts';
import { RecordingFunkos } from '../cli/recording-funkos.ts';

export const TOKEN = 'the-right-token-of-at-least-32-characters';

export interface AdminAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface AdminQuestion {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly token?: string | null;
}

export class AdminHarness implements AsyncDisposable {
  readonly funkos = RecordingFunkos.create();
  readonly logLines: string[] = [];
  readonly server: Server;
  backends: Backend[] = [];
  /** Funko → numbers of requests, as ipc/stats.ts has them. */
  carried: [string, readonly number[]][] = [];
  /** Called for each line of the log. */
  onLog: () => void = () => undefined;
  readonly #tcp: Server;
  readonly #folder: string;

  private constructor(folder: string, limits: AdminLimits) {
    this.#folder = folder;
    this.server = createAdmin({
      funkos: this.funkos,
      token: TOKEN,
      table: () => this.#table(),
      sync: () => ({ state: 'in_step', since: new Date(0).toISOString(), reason: null }),
      inFlight: () => 7,
      carried: async () => Promise.resolve(this.carried),
      logger: createLogger('info', {}, { write: (line: string) => this.#log(line) }),
      limits,
    });
    // The same server, for clients that can't open a Unix socket.
    this.#tcp = createServer({ requestTimeout: 0 }, (req, res) => this.server.emit('request', req, res));
  }

  static async start(limits: AdminLimits = {}): Promise<AdminHarness> {
    const admin = new AdminHarness(await mkdtemp(join(tmpdir(), 'faaso-admin-')), limits);
    admin.server.listen(admin.socketPath);
    admin.#tcp.listen(0, '127.0.0.1');
    await Promise.all([once(admin.server, 'listening'), once(admin.#tcp, 'listening')]);
    return admin;
  }

  get socketPath(): string {
    return join(this.#folder, 'admin.sock');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#tcp.address() as AddressInfo).port}`;
  }

  /** One request over the Unix socket, with the right token unless another one (or none: null) is given. */
  async ask(method: string, path: string, question: AdminQuestion = {}): Promise<AdminAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const sent = request({
      socketPath: this.socketPath,
      method,
      path,
      agent: false,
      headers: { ...bearer(question.token), ...question.headers },
    });
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.end(question.body);
    const response = await promise;
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  }

  /** A raw connection, for what a well-behaved client does not do. */
  async connect(): Promise<Socket> {
    const socket = connect(this.socketPath);
    await once(socket, 'connect');
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.server, this.#tcp]) {
      server.close();
      server.closeAllConnections();
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #log(line: string): void {
    this.logLines.push(line);
    this.onLog();
  }

  #table(): RoutingTable {
    const updates = new Map(this.backends.map((backend) => [backend.id, backend]));
    return RoutingTable.empty().with(updates)?.table ?? RoutingTable.empty();
  }
}

function bearer(token: string | null | undefined): OutgoingHttpHeaders {
  return token === null ? {} : { authorization: `Bearer ${token ?? TOKEN}` };
}
