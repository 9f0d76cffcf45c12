/**
 * The workers: as many as asked for, each replaced when it ends. A new worker gets the whole table, then every patch,
 * all on one ordered channel; so no start and no death of a worker can lose one. One of them is the prober.
 */
import type { Subscription } from 'rxjs';
import { FaasoError } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import type { Following } from '../../tracking/follow.ts';
import type { FollowedSplits } from '../../tracking/split-tags.ts';
import type { WorkerSettings } from '../../worker/session.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import { Load } from './load.ts';
import type { FromWorker, ToWorker } from '../../ipc/protocol.ts';
import { Totals } from './totals.ts';
import { WorkerProcess } from './worker-process.ts';

/** A worker that dies sooner than this after its start is replaced only after a growing pause. */
const SHORT_LIFE_MS = 2_000;
const LONGEST_PAUSE_MS = 5_000;
/** How long workers may take to report their counts. */
const TELL_WITHIN_MS = 1_000;

export interface WorkerPoolOptions {
  readonly count: number;
  readonly settings: WorkerSettings;
  readonly userId: number | undefined;
  readonly following: Following;
  readonly splits: Pick<FollowedSplits, 'current' | 'built' | 'changes$'>;
  readonly logger: Logger;
  /** What workers run; see WorkerProcessOptions. */
  readonly file?: string;
}

interface WorkerSlot {
  process: WorkerProcess | undefined;
  listening: boolean;
  startedAt: number;
  shortLives: number;
  restart: NodeJS.Timeout | undefined;
}

export class WorkerPool {
  readonly load = new Load();
  readonly #totals = new Totals();
  readonly #gates = new ConcurrencyLimiter(({ worker, ticket }, admitted) => {
    this.#slots[worker]?.process?.send({ type: 'turn', ticket, admitted });
  });
  readonly #options: WorkerPoolOptions;
  readonly #slots: WorkerSlot[] = [];
  readonly #subscriptions: Subscription[];
  readonly #allListening = Promise.withResolvers<void>();
  #ended = Promise.withResolvers<void>();
  #prober: WorkerProcess | undefined;
  #stopping = false;

  /** Starts the workers. */
  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    // A port that can't be listened on may be told of before anybody waits.
    this.#allListening.promise.catch(() => undefined);
    const { following } = options;
    this.#subscriptions = [
      following.changes$.subscribe((change) => {
        this.#sendAll({ type: 'patch', ...change });
      }),
      options.splits.changes$.subscribe(() => {
        this.#sendAll(splitsMessage(options.splits));
      }),
      following.sync$.subscribe((sync) => {
        this.#sendAll({ type: 'sync', sync });
      }),
    ];
    for (let index = 0; index < options.count; index += 1) {
      this.#slots.push({
        process: undefined,
        listening: false,
        startedAt: 0,
        shortLives: 0,
        restart: undefined,
      });
      this.#start(index);
    }
  }

  /** Resolves when every worker has listened once. Throws `bad_setting` for a port that can't be listened on. */
  async listening(): Promise<void> {
    await this.#allListening.promise;
  }

  /** Resolves when every worker has acted on all patches sent so far and reported its load. */
  async fence(): Promise<void> {
    await Promise.all(this.#slots.map(async (slot) => slot.process?.fence()));
  }

  /** What was carried for each funko since the start: see ipc/stats.ts. A worker that does not answer is not waited for long. */
  async carried(): Promise<readonly (readonly [string, readonly number[]])[]> {
    await Promise.race([this.fence(), new Promise((resolve) => setTimeout(resolve, TELL_WITHIN_MS).unref())]);
    return this.#totals.of(this.#isFunko);
  }

  readonly #isFunko = (funko: string): boolean => this.#options.following.table.ofFunko(funko).length > 0;

  /** Graceful stop: resolves when the last worker has ended, at the latest a little after the deadline. */
  async drain(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    for (const slot of this.#slots) clearTimeout(slot.restart);
    this.#sendAll({ type: 'drain', deadlineMs });
    const timer = setTimeout(() => {
      for (const slot of this.#slots) slot.process?.kill();
    }, deadlineMs + 1000);
    this.#checkEnd();
    await this.#ended.promise;
    clearTimeout(timer);
  }

  #start(index: number): void {
    const slot = this.#slots[index];
    if (!slot || this.#stopping) return;
    const { following, splits, settings, userId, logger, file } = this.#options;
    slot.startedAt = performance.now();
    slot.listening = false;
    const started: WorkerProcess = new WorkerProcess({
      settings,
      userId,
      logger,
      file,
      onMessage: (message) => {
        this.#receive(index, message);
      },
      onExit: (how) => {
        this.#replace(index, started, how);
      },
    });
    slot.process = started;
    started.send(splitsMessage(splits));
    started.send({ type: 'table', sequence: following.table.sequence, backends: following.table.backends() });
    started.send({ type: 'sync', sync: following.sync });
    this.#electProber();
  }

  #receive(index: number, message: FromWorker): void {
    if (message.type === 'load') {
      this.load.report(index, this.#known(message.inFlight));
    } else if (message.type === 'counted') {
      this.#totals.add(message.funkos, this.#isFunko);
    } else if (message.type === 'enter') {
      this.#gates.enter({ worker: index, ticket: message.ticket }, message.funko, message);
    } else if (message.type === 'leave') {
      this.#gates.leave({ worker: index, ticket: message.ticket }, message.funko);
    } else if (message.type === 'cannot_listen') {
      this.#cannotListen(message.code, index);
    } else if (message.type === 'probed') {
      this.#options.following.probed(message.id, message.life);
    } else if (message.type === 'missed') {
      this.#options.following.missed(message.id, message.life, message.miss);
    } else if (message.type === 'listening') {
      const slot = this.#slots[index];
      if (slot) slot.listening = true;
      if (this.#slots.every((each) => each.listening)) this.#allListening.resolve();
    }
  }

  /** What a worker may invent is not counted: only containers of the table, and those that requests are in flight to. */
  #known(inFlight: Readonly<Record<string, number>>): Record<string, number> {
    const { table } = this.#options.following;
    const known = Object.entries(inFlight).filter(
      ([id]) => table.get(id) !== undefined || this.load.of(id) > 0,
    );
    return Object.fromEntries(known);
  }

  /** Before the proxy ever listened a bad port stops the start; later the worker is replaced until it can. */
  #cannotListen(code: string, index: number): void {
    const { port } = this.#options.settings;
    const message = `Port ${port} can't be listened on (${code}). Free it, or set FAASO_LISTEN_PORT to another one.`;
    this.#options.logger.error(message);
    this.#allListening.reject(new FaasoError('bad_setting', message));
    this.#slots[index]?.process?.kill();
  }

  #replace(index: number, ended: WorkerProcess, how: string): void {
    const slot = this.#slots[index];
    if (slot?.process !== ended) return;
    slot.process = undefined;
    this.load.forget(index);
    this.#gates.forget(index);
    if (this.#prober === ended) this.#prober = undefined;
    this.#electProber();
    if (this.#stopping) {
      this.#checkEnd();
      return;
    }
    const short = performance.now() - slot.startedAt < SHORT_LIFE_MS;
    slot.shortLives = short ? slot.shortLives + 1 : 0;
    const pauseMs = short ? Math.min(LONGEST_PAUSE_MS, 50 * 2 ** slot.shortLives) : 0;
    this.#options.logger.error({ worker: ended.pid, how, pauseMs }, 'a worker ended and is replaced');
    slot.restart = setTimeout(() => {
      this.#start(index);
    }, pauseMs);
  }

  /** One worker probes; when it has gone, the next one does. */
  #electProber(): void {
    if (this.#prober) return;
    this.#prober = this.#slots.find((slot) => slot.process)?.process;
    this.#prober?.send({ type: 'prober', probing: true });
  }

  #sendAll(message: ToWorker): void {
    for (const slot of this.#slots) slot.process?.send(message);
  }

  #checkEnd(): void {
    if (this.#slots.every((slot) => !slot.process)) this.#ended.resolve();
  }
}

function splitsMessage({ current, built }: WorkerPoolOptions['splits']): ToWorker {
  return { type: 'splits', splits: current, built };
}
