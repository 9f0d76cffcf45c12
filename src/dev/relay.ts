/**
 * The port of this machine at which a funko under `faaso dev` answers for the whole session, whatever container is
 * behind it. While the program is being replaced connections wait; while it does not run they are told why.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FaasoError, systemCodeOf } from '../errors.ts';

const HOST = '127.0.0.1';
/** Where a free port is looked for, unless one is asked for. */
const FIRST_PORT = 3000;
const LAST_PORT = 3999;

type State =
  | { readonly type: 'waiting' }
  | { readonly type: 'open'; readonly port: number }
  | { readonly type: 'down'; readonly why: string };

export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  #waiting: Socket[] = [];
  #state: State = { type: 'waiting' };

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (client) => {
      this.#accept(client);
    });
  }

  /**
   * Listens on a port of 127.0.0.1; without one on the first free from 3000 on.
   * @throws FaasoError `conflict` if it is taken
   */
  static async listen(port: number | undefined): Promise<Relay> {
    const server = createServer({ allowHalfOpen: true });
    const last = port ?? LAST_PORT;
    for (let candidate = port ?? FIRST_PORT; candidate <= last; candidate += 1) {
      if (await listens(server, candidate)) return new Relay(server);
    }
    const which = port === undefined ? `all ports from ${FIRST_PORT} to ${LAST_PORT}` : `the port ${port}`;
    const low = port !== undefined && port < 1024 ? ', or only root may use it' : '';
    throw new FaasoError('conflict', `${which} of ${HOST} is taken${low}; name another one with --port`);
  }

  get url(): string {
    return `http://${HOST}:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** From now on connections wait. Gives what makes it as it was before, for when nothing is replaced after all. */
  hold(): () => void {
    const before = this.#state;
    this.#state = { type: 'waiting' };
    return () => this.#become(before);
  }

  /** From now on connections lead to this port, and those that wait do. */
  open(port: number): void {
    this.#become({ type: 'open', port });
  }

  /** From now on every request is answered with 503 and this text, and those that wait are. */
  down(why: string): void {
    this.#become({ type: 'down', why });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #become(state: State): void {
    this.#state = state;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const client of waiting) if (!client.destroyed) this.#lead(client);
  }

  #accept(client: Socket): void {
    this.#clients.add(client);
    client.on('error', () => client.destroy());
    client.once('close', () => this.#clients.delete(client));
    this.#lead(client);
  }

  #lead(client: Socket): void {
    const state = this.#state;
    if (state.type === 'waiting') this.#waiting.push(client);
    else if (state.type === 'down') refuse(client, state.why);
    else join(client, state.port);
  }
}

async function listens(server: Server, port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const failed = (error: Error): void => {
    if (['EADDRINUSE', 'EACCES'].includes(systemCodeOf(error) ?? '')) resolve(false);
    else reject(error);
  };
  server.once('error', failed);
  server.listen(port, HOST, () => resolve(true));
  try {
    return await promise;
  } finally {
    server.off('error', failed);
  }
}

/** Bytes go both ways until one side breaks off: then the other one hears of it. */
function join(client: Socket, port: number): void {
  const funko = connect({ host: HOST, port, allowHalfOpen: true, noDelay: true });
  client.setNoDelay(true);
  client.once('close', () => funko.destroy());
  funko.once('close', () => client.destroy());
  funko.on('error', () => funko.destroy());
  client.pipe(funko);
  funko.pipe(client);
}

/** When the request begins to come: an answer before that would be none. */
function refuse(client: Socket, why: string): void {
  client.once('data', () => {
    const body = `${why}\n`;
    const head = [
      'HTTP/1.1 503 Service Unavailable',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      'Connection: close',
    ];
    client.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    client.resume();
  });
}
