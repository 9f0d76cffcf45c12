/** A server of our own on a Unix socket, which does to a client what an engine does on its bad days. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** What an engine answers to one who opens a build session; nothing is said in it then. */
const SWITCHED = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

type Upgrade = (request: IncomingMessage, socket: Duplex) => void;

const silently: Upgrade = (_request, socket) => {
  socket.on('error', () => undefined).once('end', () => socket.destroy());
  socket.resume().write(SWITCHED);
};

export class SocketServer implements AsyncDisposable {
  readonly socketPath: string;
  readonly #folder: string;
  #server: Server | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.socketPath = join(folder, 'engine.sock');
  }

  /** Listens; after `stop` again, with a new socket file of the same path. */
  async start(answer: RequestListener, upgrade: Upgrade = silently): Promise<void> {
    this.#server = createServer(answer);
    this.#server.on('upgrade', upgrade);
    this.#server.listen(this.socketPath);
    await once(this.#server, 'listening');
  }

  /** Ends with every connection; the socket's file goes too. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true });
  }
}

/** Makes a server and starts it, if there is anything to answer. */
export async function socketServer(answer?: RequestListener): Promise<SocketServer> {
  const server = new SocketServer(await mkdtemp(join(tmpdir(), 'faaso-engine-')));
  if (answer) await server.start(answer);
  return server;
}
