/**
 * Steady load on a funko of versions.ts: what a client sees while versions come and go. Requests over kept and over new
 * connections, uploads, an event stream and a WebSocket. Whatever is not as it must be is a failure, and kept.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connections, type Answer } from './connections.ts';
import { Streams } from './streams.ts';

export interface LoadOptions {
  /** Of the funko, with a slash at the end. */
  readonly url: string;
  /** Clients that keep their connection, and those that make a new one each time. */
  readonly kept: number;
  readonly fresh: number;
  readonly uploads: number;
  /** Between an answer and the client's next request, in ms. */
  readonly pauseMs: number;
  /** How long an instance that drains must leave a stream open, in ms. */
  readonly drainMs: number;
}

export interface Counts {
  readonly kept: number;
  readonly fresh: number;
  readonly uploads: number;
  /** Streams and WebSockets that were opened. */
  readonly streams: number;
  /** Those that were ended. */
  readonly ended: number;
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly string[];
}

const UPLOAD = Buffer.alloc(64 * 1024, 'x');
const PIECES = 4;
/** So many failures are told of. */
const MOST_TOLD = 20;

export class Load {
  readonly streams: Streams;
  readonly #options: LoadOptions;
  readonly #connections: Connections;
  readonly #counts = { kept: 0, fresh: 0, uploads: 0 };
  readonly #failures: string[] = [];
  #failed = 0;
  readonly #loops: Promise<void>[];
  #allowed: ReadonlySet<string>;
  #over = false;

  /** @param version the one that runs */
  constructor(options: LoadOptions, version: string) {
    this.#options = options;
    this.#allowed = new Set([version]);
    this.#connections = new Connections(options.url);
    const fail = (what: string): void => this.#fail(what);
    this.streams = new Streams({
      url: options.url,
      drainMs: options.drainMs,
      isAllowed: (one) => this.#allowed.has(one),
      fail,
    });
    this.#loops = [
      ...this.#clients(options.kept, async () => this.#get('kept')),
      ...this.#clients(options.fresh, async () => this.#get('fresh')),
      ...this.#clients(options.uploads, async () => this.#upload()),
    ];
  }

  /** From now on an answer is to come from one of these versions. */
  allow(...versions: readonly string[]): void {
    this.#allowed = new Set(versions);
  }

  get counts(): Counts {
    const { opened, ended } = this.streams;
    return { ...this.#counts, streams: opened, ended, failed: this.#failed, failures: this.#failures };
  }

  /** Ends the load when what is in flight is answered. */
  async stop(): Promise<Counts> {
    this.#over = true;
    await Promise.all(this.#loops);
    await this.streams.stop();
    this.#connections.close();
    return this.counts;
  }

  #clients(count: number, ask: () => Promise<void>): Promise<void>[] {
    return Array.from({ length: count }, async () => {
      while (!this.#over) {
        await ask();
        await sleep(this.#options.pauseMs);
      }
    });
  }

  async #get(kind: 'kept' | 'fresh'): Promise<void> {
    const before = this.#allowed;
    const answer = await this.#connections.get(kind);
    this.#counts[kind] += 1;
    this.#check(kind, answer, before);
  }

  async #upload(): Promise<void> {
    const before = this.#allowed;
    const answer = await this.#connections.upload(UPLOAD, PIECES);
    this.#counts.uploads += 1;
    const [version, bytes] = answer.body.split(' ');
    if (bytes === String(UPLOAD.length)) this.#check('upload', { ...answer, body: version ?? '' }, before);
    else this.#check('upload', answer, before);
  }

  /** What was asked for while two versions were allowed may be answered by either, also a moment later. */
  #check(kind: string, { status, body }: Answer, before: ReadonlySet<string>): void {
    if (status === 200 && (before.has(body) || this.#allowed.has(body))) return;
    const allowed = [...new Set([...before, ...this.#allowed])].join(' or ');
    this.#fail(`${kind}: ${status} ${body.slice(0, 300)}, not 200 ${allowed}`);
  }

  #fail(what: string): void {
    this.#failed += 1;
    if (this.#failures.length < MOST_TOLD) this.#failures.push(`${new Date().toISOString()} ${what}`);
  }
}
