/**
 * A funko that takes nothing but plainly written requests, each of which a client must have sent, and answers them by
 * dice. Clients are told apart by X-Forwarded-For, which is FaaSO's own word: each has an address of its own.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Dice } from '../../support/simulated-engine/dice.ts';
import { markOf } from './marks.ts';
import { FIELD, LINE, NEVER, ONCE } from './plain.ts';
import type { Message, Reading } from './reference.ts';
import { ANSWERS } from './seeds.ts';
import { cut, spoil } from './spoil.ts';

/** How long a tunnel is open. */
const TUNNEL_MS = 200;
const CHUNK = /^([0-9a-f]+)\r\n/;

/** What clients have sent, by their address. */
export type Sent = Map<string, { readonly reading: Reading; taken: number }>;

export interface Upstream {
  readonly port: number;
  requests: number;
  close(): void;
}

/**
 * Starts it.
 * @param spoils whether its answers are spoilt
 * @param fault told what is wrong with what it gets
 */
export async function startUpstream(
  spoils: boolean,
  sent: Sent,
  seed: number,
  fault: (what: string) => void,
): Promise<Upstream> {
  let connections = 0;
  const upstream = { port: 0, requests: 0, close: () => server.close() };
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1;
    const dice = new Dice(seed * 1_000_003 + connections);
    new Connection(socket, { spoils, sent, dice, fault, onRequest: () => (upstream.requests += 1) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  upstream.port = (server.address() as AddressInfo).port;
  return upstream;
}

interface Manner {
  readonly spoils: boolean;
  readonly sent: Sent;
  readonly dice: Dice;
  readonly fault: (what: string) => void;
  readonly onRequest: () => void;
}

interface Current {
  readonly address: string;
  message: Message;
  readonly coding: boolean;
  /** Bytes of the body that are still to come, for one with a length. */
  left: number;
  body: string;
}

class Connection {
  readonly #socket: Socket;
  readonly #manner: Manner;
  #text = '';
  #current: Current | undefined;
  #tunnel: { readonly address: string; readonly expected: string; got: number } | undefined;
  #broken = false;
  #answered = false;

  constructor(socket: Socket, manner: Manner) {
    this.#socket = socket;
    this.#manner = manner;
    socket.on('data', (chunk) => {
      this.#take(chunk.toString('latin1'));
    });
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
  }

  #take(text: string): void {
    if (this.#tunnel) {
      this.#takeTunnelled(text);
      return;
    }
    this.#text += text;
    while (!this.#broken && (this.#current ? this.#takeBody(this.#current) : this.#takeHead()));
  }

  #takeHead(): boolean {
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 4);
    this.#manner.onRequest();
    const current = this.#understand(head);
    if (!current)
      return this.#fault(`a request that nobody has sent, or is ambiguous: ${JSON.stringify(head)}`);
    this.#current = current;
    this.#answered = false;
    if (/\r\nupgrade: /i.test(head)) return this.#upgrade(current);
    // Some answers come before the request is whole.
    if (this.#manner.dice.chance(0.1)) this.#answer(current);
    return true;
  }

  #understand(head: string): Current | undefined {
    const [line = '', ...fields] = head.split('\r\n');
    const [, method, path] = LINE.exec(line) ?? [];
    if (method === undefined || !fields.every((field) => FIELD.test(field))) return undefined;
    const names = fields.map((field) => field.slice(0, field.indexOf(':')).toLowerCase());
    const count = (name: string): number => names.filter((each) => each === name).length;
    if (ONCE.some((name) => count(name) !== 1) || NEVER.some((name) => count(name) !== 0)) return undefined;
    if (count('content-length') + count('transfer-encoding') > 1) return undefined;
    const value = (name: string): string => fields[names.indexOf(name)]?.slice(name.length + 2) ?? '';
    const coding = count('transfer-encoding') === 1;
    if (coding && value('transfer-encoding') !== 'chunked') return undefined;
    const length = count('content-length') === 1 ? value('content-length') : '0';
    if (!/^(0|[1-9][0-9]*)$/.test(length)) return undefined;
    const address = value('x-forwarded-for');
    const message = this.#nextOf(address, method, value('x-forwarded-prefix') + (path ?? ''));
    return message && { address, message, coding, left: Number(length), body: '' };
  }

  /** The message of this client that it must be. Those before it may have been refused. */
  #nextOf(address: string, method: string, target: string): Message | undefined {
    const sent = this.#manner.sent.get(address);
    const messages = sent?.reading.messages ?? [];
    while (sent && sent.taken < messages.length) {
      const message = messages[sent.taken];
      sent.taken += 1;
      if (message?.method === method && `${message.prefix}${message.path}` === target) return message;
    }
    return undefined;
  }

  #takeBody(current: Current): boolean {
    if (!current.coding) {
      current.body += this.#text.slice(0, current.left);
      const taken = Math.min(this.#text.length, current.left);
      this.#text = this.#text.slice(taken);
      current.left -= taken;
      return current.left === 0 ? this.#whole(current) : this.#part(current);
    }
    for (;;) {
      const [line, size] = CHUNK.exec(this.#text) ?? [];
      if (line === undefined) return this.#text.length > 20 ? this.#fault('a chunk that is none') : false;
      const length = parseInt(size ?? '', 16);
      const end = line.length + length + 2;
      if (this.#text.length < end) return false;
      if (this.#text.slice(end - 2, end) !== '\r\n') return this.#fault('a chunk that does not end');
      current.body += this.#text.slice(line.length, end - 2);
      this.#text = this.#text.slice(end);
      if (length === 0) return this.#whole(current);
      if (!current.message.body.startsWith(current.body)) return this.#part(current);
    }
  }

  #part(current: Current): boolean {
    if (!this.#fits(current, ({ body }) => body.startsWith(current.body)))
      return this.#fault('a body that nobody has sent');
    return false;
  }

  /** What looked like it may be one before it, with the same line, that was refused. */
  #fits(current: Current, isIt: (message: Message) => boolean): boolean {
    const { method, prefix, path } = current.message;
    while (!isIt(current.message)) {
      const next = this.#nextOf(current.address, method, `${prefix}${path}`);
      if (!next) return false;
      current.message = next;
    }
    return true;
  }

  #whole(current: Current): boolean {
    if (!this.#fits(current, ({ complete, body }) => complete && body === current.body))
      return this.#fault('a body that is not the one that was sent');
    this.#current = undefined;
    // The next request comes only when this one is answered.
    if (this.#answered) return true;
    if (this.#text !== '') return this.#fault(`bytes of no request: ${JSON.stringify(this.#text)}`);
    this.#answer(current);
    return true;
  }

  #upgrade(current: Current): boolean {
    this.#tunnel = { address: current.address, expected: current.message.rest, got: 0 };
    // Nobody else would ever end it.
    setTimeout(() => this.#socket.end(), TUNNEL_MS);
    if (this.#manner.spoils || this.#manner.dice.chance(0.3)) {
      this.#answer(current);
    } else {
      this.#socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi',
      );
    }
    return false;
  }

  #takeTunnelled(text: string): void {
    const tunnel = this.#tunnel;
    if (!tunnel) return;
    const { address, expected, got } = tunnel;
    if (!expected.startsWith(text, got))
      this.#fault(
        `bytes in the tunnel of ${address} at ${got} that nobody has sent: ${JSON.stringify(text)}`,
      );
    tunnel.got += text.length;
    if (this.#manner.dice.chance(0.5)) this.#socket.end(text, 'latin1');
  }

  /**
   * What is sound is marked with the client's address. What is spoilt is not: a funko that answers twice can give one
   * client's answer to the next one; it comes in pieces, and then an end, or none.
   */
  #answer({ address, message }: Current): void {
    if (this.#answered) return;
    this.#answered = true;
    const { spoils, dice } = this.#manner;
    if (!spoils) {
      const mark = markOf(address);
      const body = message.method === 'HEAD' ? '' : mark;
      this.#socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${mark.length}\r\n\r\n${body}`);
      return;
    }
    for (const piece of cut(spoil(dice.one(ANSWERS), ANSWERS, dice), dice))
      this.#socket.write(piece, 'latin1');
    if (dice.chance(0.3)) this.#socket.end();
    else if (dice.chance(0.2)) this.#socket.resetAndDestroy();
  }

  #fault(what: string): false {
    this.#broken = true;
    this.#manner.fault(`a funko got ${what}`);
    this.#socket.destroy();
    return false;
  }
}
