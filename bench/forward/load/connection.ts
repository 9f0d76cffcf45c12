/** An HTTP connection that is kept alive and asks for one thing, again and again: as little client as can be. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly bytes: number;
}

interface Asker {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class Connection {
  readonly #socket: Socket;
  readonly #request: string;
  #received = '';
  #asker: Asker | undefined;

  /** Connects to the URL's host; rejects if that fails. */
  static async open(url: string): Promise<Connection> {
    const { hostname, port, host, pathname } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket, `GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  }

  private constructor(socket: Socket, request: string) {
    this.#socket = socket;
    this.#request = request;
    socket.setEncoding('latin1').on('data', (text: string) => this.#take(text));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#asker?.reject(new Error('the connection was closed')));
  }

  /** Asks, one request at a time. Rejects if the connection ends before the answer does. */
  ask(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#asker = { resolve, reject };
      if (this.#socket.destroyed || this.#socket.readableEnded)
        reject(new Error('the connection was closed'));
      else this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#asker = undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const bytes = this.#received.length - end - 4;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? NaN);
    if (bytes < length) return;
    const asker = this.#asker;
    this.#asker = undefined;
    this.#received = '';
    if (Number.isNaN(length)) asker?.reject(new Error('the answer had no Content-Length'));
    else asker?.resolve({ status: Number(head.slice(9, 12)), bytes });
  }
}

/** Opens so many connections, some at a time, and asks once on each; rejects unless all answers are right. */
export async function openAll(url: string, count: number, bytes: number): Promise<Connection[]> {
  const all: Connection[] = [];
  while (all.length < count) {
    const some = Math.min(AT_A_TIME, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: some }, () => Connection.open(url)))));
    await askAll(all.slice(-some), bytes);
  }
  return all;
}

/** Asks on each connection, some at a time; rejects unless all answers are right. */
export async function askAll(connections: readonly Connection[], bytes: number): Promise<void> {
  for (let at = 0; at < connections.length; at += AT_A_TIME) {
    const answers = await Promise.all(connections.slice(at, at + AT_A_TIME).map((one) => one.ask()));
    const wrong = answers.find((answer) => !isRight(answer, bytes));
    if (wrong) throw new Error(`an answer had status ${wrong.status} and ${wrong.bytes} bytes`);
  }
}

export function isRight(answer: Answer, bytes: number): boolean {
  return answer.status === 200 && answer.bytes === bytes;
}

const AT_A_TIME = 50;
