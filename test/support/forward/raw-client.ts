/** An HTTP client that tidies nothing up: it sends the bytes it is given and reads answers to the letter. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const DEADLINE_MS = 30_000;

export interface RawAnswer {
  readonly status: number;
  readonly statusLine: string;
  /** As sent, in order. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
  /** The first value of a field, by lower-case name. */
  header(name: string): string | undefined;
  /** All values of a field. */
  all(name: string): string[];
}

export class RawClient implements Disposable {
  readonly socket: Socket;
  /** What has come and was not taken by `answer`, as latin1. */
  text = '';
  /** `end`: our peer has ended cleanly; `reset`: it has not. */
  closing: 'end' | 'reset' | undefined;
  #changed = Promise.withResolvers<undefined>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
      this.#change();
    });
    socket.on('error', () => {
      this.closing ??= 'reset';
    });
    socket.on('end', () => {
      this.closing ??= 'end';
      this.#change();
    });
    socket.on('close', () => {
      this.closing ??= 'reset';
      this.#change();
    });
  }

  static async connect(port: number, options: { allowHalfOpen?: boolean } = {}): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', ...options });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  send(text: string | Buffer): this {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
    return this;
  }

  /** Resolves with what has come when it contains the text; rejects when the connection closes before. */
  async until(wanted: string | RegExp): Promise<string> {
    await this.#when(() =>
      typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text),
    );
    return this.text;
  }

  /** Resolves when the peer has ended or reset the connection. */
  async closed(): Promise<'end' | 'reset'> {
    await this.#when(() => this.closing !== undefined);
    return this.closing ?? 'end';
  }

  /**
   * Takes the next answer off what has come.
   * @param method of the request: an answer to HEAD has no body
   */
  async answer(method = 'GET'): Promise<RawAnswer> {
    await this.#when(() => this.text.includes('\r\n\r\n'));
    const head = this.#take(this.text.indexOf('\r\n\r\n') + 4);
    const [statusLine = '', ...lines] = head.trimEnd().split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    const headers = fields(lines);
    const first = (name: string): string | undefined =>
      headers.find(([key]) => key.toLowerCase() === name)?.[1];
    const framing = { status, method, length: first('content-length'), coding: first('transfer-encoding') };
    const { body, trailers } = await this.#body(framing);
    const all = (name: string): string[] =>
      headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
    return { status, statusLine, headers, body, trailers, header: first, all };
  }

  async #body(framing: {
    status: number;
    method: string;
    length: string | undefined;
    coding: string | undefined;
  }): Promise<{ body: string; trailers: (readonly [string, string])[] }> {
    const { status, method, length, coding } = framing;
    if (method === 'HEAD' || status < 200 || status === 204 || status === 304)
      return { body: '', trailers: [] };
    if (coding !== undefined) return this.#chunks();
    if (length !== undefined) {
      await this.#when(() => this.text.length >= Number(length));
      return { body: this.#take(Number(length)), trailers: [] };
    }
    await this.closed();
    return { body: this.#take(this.text.length), trailers: [] };
  }

  async #chunks(): Promise<{ body: string; trailers: (readonly [string, string])[] }> {
    let body = '';
    for (;;) {
      await this.#when(() => this.text.includes('\r\n'));
      const size = parseInt(this.#take(this.text.indexOf('\r\n') + 2), 16);
      if (size === 0) break;
      await this.#when(() => this.text.length >= size + 2);
      body += this.#take(size + 2).slice(0, -2);
    }
    const lines: string[] = [];
    for (;;) {
      await this.#when(() => this.text.includes('\r\n'));
      const line = this.#take(this.text.indexOf('\r\n') + 2).trimEnd();
      if (line === '') return { body, trailers: fields(lines) };
      lines.push(line);
    }
  }

  #take(length: number): string {
    const taken = this.text.slice(0, length);
    this.text = this.text.slice(length);
    return taken;
  }

  #change(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }

  async #when(ready: () => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    const late = Promise.withResolvers<undefined>();
    deadline.addEventListener('abort', () => {
      late.resolve(undefined);
    });
    while (!ready()) {
      if (this.closing !== undefined)
        throw new Error(`the connection was closed (${this.closing}) after: ${this.text}`);
      if (deadline.aborted) throw new Error(`nothing more came after: ${this.text}`);
      await Promise.race([this.#changed.promise, late.promise]);
    }
  }
}

function fields(lines: readonly string[]): (readonly [string, string])[] {
  return lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
}
