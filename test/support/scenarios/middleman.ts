/**
 * Stands between the proxy and the real engine, on a socket of its own, and misbehaves on demand: what passes is real,
 * what is cut, held back, repeated or refused is the test's.
 */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import {
  createServer,
  request,
  type ClientRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';
import { LineSplitter } from '../../../src/util/lines.ts';

/** What the middleman does with one call to the engine. */
export type Treatment =
  /** Answers 500 instead of asking the engine. */
  | { readonly do: 'fail' }
  /** Asks the engine at once, and passes the answer on when `until` resolves. */
  | { readonly do: 'hold'; readonly until: Promise<unknown> }
  /** Changes the JSON of the answer. */
  | { readonly do: 'change'; readonly change: (answer: unknown) => unknown };

export interface MiddlemanOptions {
  readonly enginePath: string;
  readonly path: string;
}

export class Middleman {
  /** Decides for each call but `/events`; undefined: pass it through. */
  treat: (path: string) => Treatment | undefined = () => undefined;
  /** How event lines become what the proxy reads: each is written as a chunk of its own. */
  onEvent: (line: string) => readonly (string | Buffer)[] = (line) => [`${line}\n`];
  /** Every answer of the engine, streams' heads included, and every event is passed on so much later, in ms. */
  slowMs = { answers: 0, events: 0 };
  /** How often a connection was asked for; with `refusing`, how often in vain. */
  connections = 0;
  refusing = false;
  readonly path: string;
  readonly #enginePath: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #eventAnswers = new Set<ServerResponse>();
  #frozen = false;

  private constructor(options: MiddlemanOptions) {
    this.path = options.path;
    this.#enginePath = options.enginePath;
    this.#server = createServer((question, answer) => {
      this.#pass(question, answer);
    });
    this.#server.on('connection', (socket) => {
      this.#accept(socket);
    });
  }

  static async start(options: MiddlemanOptions): Promise<Middleman> {
    await rm(options.path, { force: true });
    const middleman = new Middleman(options);
    middleman.#server.listen(options.path);
    await once(middleman.#server, 'listening');
    return middleman;
  }

  /** Cuts every connection, the event stream's too. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Event streams stay open but carry nothing more, and calls get no answer. */
  freeze(): void {
    this.#frozen = true;
  }

  /** New connections work again; what was frozen stays lost. */
  thaw(): void {
    this.#frozen = false;
  }

  /** Writes into every open event stream. */
  inject(text: string): void {
    for (const answer of this.#eventAnswers) answer.write(text);
  }

  /** Whether somebody reads events now. */
  get followed(): boolean {
    return this.#eventAnswers.size > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
    await rm(this.path, { force: true });
  }

  #accept(socket: Socket): void {
    this.connections += 1;
    if (this.refusing) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #pass(question: IncomingMessage, answer: ServerResponse): void {
    const path = question.url ?? '/';
    if (this.#frozen) return;
    const events = path.includes('/events');
    const treatment = events ? undefined : this.treat(path);
    if (treatment?.do === 'fail') {
      answer
        .writeHead(500, { 'content-type': 'application/json' })
        .end('{"message":"the middleman says no"}');
      return;
    }
    const { method = 'GET', headers } = question;
    // No kept connection: the engine may just have closed it.
    const options = { socketPath: this.#enginePath, path, method, headers, agent: false };
    let answered = false;
    const onward = request(options, (real) => {
      answered = true;
      real.once('close', () => {
        if (!real.complete) answer.destroy();
      });
      if (events) this.#passEvents(real, answer);
      else this.#later(this.slowMs.answers, () => void this.#passAnswer(real, answer, treatment));
    });
    if (headers.upgrade !== undefined) this.#passUpgrade(onward, answer);
    // An engine that has answered may close before the end of the question is written.
    onward.on('error', () => {
      if (!answered) answer.destroy();
    });
    answer.once('close', () => onward.destroy());
    question.pipe(onward);
  }

  async #passAnswer(
    real: IncomingMessage,
    answer: ServerResponse,
    treatment: Treatment | undefined,
  ): Promise<void> {
    if (!treatment) {
      answer.writeHead(real.statusCode ?? 500, real.headers);
      real.pipe(answer);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of real) chunks.push(chunk as Buffer);
    let body = Buffer.concat(chunks).toString();
    if (treatment.do === 'hold') await treatment.until;
    if (treatment.do === 'change' && real.statusCode === 200) {
      body = JSON.stringify(treatment.change(JSON.parse(body)));
    }
    answer.writeHead(real.statusCode ?? 500, { 'content-type': 'application/json' }).end(body);
  }

  /** The session of a build: not HTTP any more, and not delayed. */
  #passUpgrade(onward: ClientRequest, answer: ServerResponse): void {
    onward.once('upgrade', (real, upstream: Socket, head: Buffer) => {
      const client = answer.socket;
      if (!client) {
        upstream.destroy();
        return;
      }
      answer.detachSocket(client);
      const fields = real.rawHeaders.map((word, at) => (at % 2 === 0 ? `${word}: ` : `${word}\r\n`)).join('');
      client.write(`HTTP/1.1 101 UPGRADED\r\n${fields}\r\n`);
      upstream.unshift(head);
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        from.once('error', () => to.destroy()).once('close', () => to.destroy());
        from.pipe(to);
      }
    });
  }

  #later(ms: number, work: () => void): void {
    if (ms === 0) work();
    else setTimeout(work, ms);
  }

  #passEvents(real: IncomingMessage, answer: ServerResponse): void {
    answer.writeHead(real.statusCode ?? 500, { 'content-type': real.headers['content-type'] });
    answer.flushHeaders();
    this.#eventAnswers.add(answer);
    answer.once('close', () => this.#eventAnswers.delete(answer));
    real.once('error', () => answer.destroy());
    real.once('close', () => answer.destroy());
    real.pipe(new Lines()).on('data', (line: string) => {
      this.#later(this.slowMs.events, () => {
        if (this.#frozen) return;
        for (const chunk of this.onEvent(line)) answer.write(chunk);
      });
    });
  }
}

/** Splits into lines, without their ends. */
class Lines extends Transform {
  readonly #splitter = new LineSplitter();

  constructor() {
    super({ readableObjectMode: true, encoding: 'utf8' });
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    for (const line of this.#splitter.push(chunk)) this.push(line);
    done();
  }
}
