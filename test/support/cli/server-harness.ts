/** The real admin API over funkos without an engine, on a port of 127.0.0.1, with the /readyz of a worker beside it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '../../../src/logger.ts';
import { createAdmin } from '../../../src/proxy/admin/server.ts';
import { RoutingTable } from '../../../src/proxy/tracking/table.ts';
import { newHome, type Home } from './faaso.ts';
import { FakeFunkos } from './fake-funkos.ts';

export const TOKEN = 'the-right-token';

export class ServerHarness implements AsyncDisposable {
  readonly funkos = new FakeFunkos();
  /** What /readyz answers. */
  readyz: { status: number; body: unknown } = { status: 200, body: {} };
  /** The Authorization header of every request, in order. */
  readonly authorizations: (string | undefined)[] = [];
  readonly #server: Server;

  constructor() {
    const admin = createAdmin({
      funkos: this.funkos,
      token: TOKEN,
      table: () => RoutingTable.empty(),
      sync: () => ({ state: 'in_step', since: new Date(0).toISOString(), reason: null }),
      inFlight: () => 0,
      carried: async () => Promise.resolve([]),
      logger: silentLogger(),
    });
    this.#server = createServer((request, response) => {
      this.authorizations.push(request.headers.authorization);
      if (request.url !== '/readyz') return admin.emit('request', request, response);
      return response.writeHead(this.readyz.status).end(JSON.stringify(this.readyz.body));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Where a funko answers: under its own name, and by its path. */
  urlsOf(funko: string): readonly [string, string] {
    const own = new URL(this.url);
    own.hostname = `${funko}.localhost`;
    return [own.href, `${this.url}/funko/${funko}/`];
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** `await using admin = await startAdmin()`. */
export async function startAdmin(): Promise<ServerHarness> {
  return new ServerHarness().listen();
}

/** A home whose commands talk to this server, with its token. */
export async function homeAt(admin: ServerHarness): Promise<Home> {
  return newHome({ FAASO_SERVER: admin.url, FAASO_TOKEN: TOKEN });
}
