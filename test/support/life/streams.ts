/**
 * One event stream and one WebSocket, opened again whenever they end. They may end only because their instance was to go,
 * and not before its drain's deadline.
 */
import { get, request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StreamsOptions {
  readonly url: string;
  readonly drainMs: number;
  readonly isAllowed: (version: string) => boolean;
  readonly fail: (what: string) => void;
}

/** A timer here and one in the proxy are no one clock. */
const CLOCKS_MS = 100;
const PING_EVERY_MS = 50;

type Kind = 'stream' | 'websocket';

export class Streams {
  opened = 0;
  ended = 0;
  readonly #options: StreamsOptions;
  /** A container's short ID → when it began to drain. */
  readonly #draining = new Map<string, number>();
  readonly #open = new Set<Duplex | IncomingMessage>();
  readonly #loops: Promise<void>[];
  #over = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#loops = [this.#keepOpen('stream'), this.#keepOpen('websocket')];
  }

  /** This container began to drain now. */
  drains(id: string): void {
    this.#draining.set(id.slice(0, 12), performance.now());
  }

  async stop(): Promise<void> {
    this.#over = true;
    for (const each of this.#open) each.destroy();
    await Promise.all(this.#loops);
  }

  async #keepOpen(kind: Kind): Promise<void> {
    while (!this.#over) {
      const connection = await (kind === 'stream' ? this.#stream() : this.#webSocket());
      if (typeof connection === 'string') {
        this.#fail(`${kind}: ${connection}`);
        await sleep(PING_EVERY_MS);
        continue;
      }
      this.opened += 1;
      this.#hold(connection);
      await this.#untilEnded(kind, connection);
      this.#open.delete(connection);
    }
  }

  #hold(connection: Duplex | IncomingMessage): void {
    this.#open.add(connection);
    if (this.#over) connection.destroy();
  }

  #fail(what: string): void {
    if (!this.#over) this.#options.fail(what);
  }

  async #untilEnded(kind: Kind, connection: Duplex | IncomingMessage): Promise<void> {
    let text = '';
    connection.setEncoding('utf8').on('data', (chunk: string) => {
      if (text.includes('\n')) return;
      text += chunk;
      const [version = ''] = text.split(' ');
      if (text.includes('\n') && !this.#options.isAllowed(version))
        this.#options.fail(`${kind}: opened to ${version}`);
    });
    connection.on('error', () => undefined);
    await new Promise((resolve) => connection.once('close', resolve));
    if (this.#over) return;
    this.ended += 1;
    const [version = '', id = ''] = text.split('\n')[0]?.split(' ') ?? [];
    const since = this.#draining.get(id);
    const after = performance.now() - (since ?? NaN);
    if (since === undefined)
      this.#options.fail(`${kind} to ${version} ${id} ended, though that was not to go`);
    else if (after < this.#options.drainMs - CLOCKS_MS)
      this.#options.fail(
        `${kind} to ${version} ${id} ended ${after.toFixed(0)} ms after that began to drain`,
      );
  }

  async #stream(): Promise<IncomingMessage | string> {
    return new Promise((resolve) => {
      const question = get(`${this.#options.url}events`, { agent: false });
      question.once('error', (error) => resolve(error.message));
      question.once('response', (response) => {
        if (response.statusCode === 200) resolve(response);
        else response.resume().once('close', () => resolve(`answered with ${response.statusCode}`));
      });
    });
  }

  async #webSocket(): Promise<Duplex | string> {
    return new Promise((resolve) => {
      const headers = { connection: 'Upgrade', upgrade: 'websocket' };
      const question = request(this.#options.url, { agent: false, headers });
      question.once('error', (error) => resolve(error.message));
      question.once('response', (response) => {
        response.resume().once('close', () => resolve(`answered with ${response.statusCode}`));
      });
      question.once('upgrade', (_response, socket: Socket, head: Buffer) => {
        socket.unshift(head);
        const pinging = setInterval(() => socket.write('ping\n'), PING_EVERY_MS);
        socket.once('close', () => clearInterval(pinging));
        resolve(socket);
      });
      question.end();
    });
  }
}
