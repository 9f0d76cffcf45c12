/**
 * A worker's life: it gets the table, listens, forwards, tells what it carries, and drains when told to. When the
 * parent is gone it ends at once: it would route by a table that nobody keeps true.
 */
import { Socket } from 'node:net';
import { systemCodeOf } from '../../errors.ts';
import { createLogger, type LogLevel, type Logger } from '../../logger.ts';
import { AccessLog } from '../forward/access-log.ts';
import { createFront, type Front } from '../forward/front.ts';
import type { ForwardSettings } from '../forward/settings.ts';
import { Stats } from '../ipc/stats.ts';
import { Upstreams } from '../forward/upstream/upstreams.ts';
import { Routes } from '../balancing/routes.ts';
import { collectStartGarbage } from '../start-garbage.ts';
import { Channel } from '../ipc/channel.ts';
import type { FromWorker, SyncState, ToWorker } from '../ipc/protocol.ts';
import { ConcurrencyClient } from './concurrency-client.ts';
import { EjectionProbe } from './ejection-probe.ts';
import { LineWriter } from './line-writer.ts';
import { LoadReporter } from './load-reporter.ts';
import { Prober } from './prober.ts';

/** Where the parent put this process's end of the channel. */
const CHANNEL_FD = 3;
const STDOUT_FD = 1;

export interface WorkerSettings {
  readonly port: number;
  readonly adminSocket: string;
  readonly logLevel: LogLevel;
  readonly forward: ForwardSettings;
}

/** Runs the worker of this process until it has drained or the parent is gone. */
export function runWorker(settings: WorkerSettings): void {
  const parent = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
  const gone = (): void => process.exit(1);
  const channel = new Channel(
    parent,
    { longestLine: Infinity, mostUnread: Infinity },
    {
      onMessage: (message) => {
        session.receive(message as ToWorker);
      },
      onNonsense: gone,
      onClose: gone,
    },
  );
  const session = new WorkerSession(settings, (message) => {
    channel.send(message);
  });
  // A terminal's Ctrl-C or a `kill` of the group reaches workers too: the parent alone decides when they stop.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
}

class WorkerSession {
  readonly #tell: (message: FromWorker) => void;
  readonly #settings: WorkerSettings;
  readonly #logger: Logger;
  readonly #load = new LoadReporter((inFlight) => {
    this.#tell({ type: 'load', inFlight });
  });
  readonly #routes = new Routes(
    (id, count) => {
      this.#load.changed(id, count);
    },
    Math.random,
    () => performance.now(),
    (backend, askAfterMs) => {
      this.#comeback.schedule(backend, askAfterMs);
    },
  );
  readonly #comeback = new EjectionProbe((backend, accepts) => this.#routes.asked(backend, accepts));
  readonly #prober = new Prober({
    ready: (id, life) => {
      this.#tell({ type: 'probed', id, life });
    },
    missed: (id, life, miss) => {
      this.#tell({ type: 'missed', id, life, miss });
    },
  });
  readonly #tally = new Stats((funko) => this.#routes.knows(funko));
  readonly #admissions = new ConcurrencyClient((message) => {
    this.#tell(message);
  });
  readonly #lines: LineWriter;
  readonly #upstreams: Upstreams;
  readonly #front: Front;
  #sync: SyncState = { state: 'starting', since: new Date().toISOString(), reason: null };
  #probing = false;
  #listening = false;

  constructor(settings: WorkerSettings, tell: (message: FromWorker) => void) {
    this.#tell = tell;
    this.#settings = settings;
    const fields = { process: 'worker', pid: process.pid };
    this.#logger = createLogger(settings.logLevel, fields);
    this.#lines = new LineWriter(STDOUT_FD, (lines) => {
      this.#logger.warn({ lines }, 'requests went unlogged: standard output took nothing for too long');
    });
    process.once('exit', () => {
      this.#lines.flushNow();
    });
    this.#upstreams = new Upstreams(settings.forward);
    this.#front = createFront({
      routes: this.#routes,
      upstreams: this.#upstreams,
      admission: this.#admissions,
      tally: this.#tally,
      settings: settings.forward,
      sync: () => this.#sync,
      logger: this.#logger,
      accessLog: this.#logger.isLevelEnabled('info') ? new AccessLog(this.#lines, fields) : null,
      adminSocket: settings.adminSocket,
    });
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'table':
      case 'patch':
        this.#apply(message);
        return;
      case 'splits':
        this.#routes.share(message.splits, message.built);
        return;
      case 'sync':
        this.#sync = message.sync;
        return;
      case 'prober':
        this.#probe(message.probing);
        return;
      case 'turn':
        this.#admissions.answered(message.ticket, message.admitted);
        return;
      case 'ping':
        this.#load.flush();
        this.#tellCounts();
        this.#tell({ type: 'pong', nonce: message.nonce });
        return;
      case 'drain':
        void this.#drain(message.deadlineMs);
    }
  }

  #apply(message: Extract<ToWorker, { type: 'table' | 'patch' }>): void {
    const applied = this.#routes.apply(message);
    for (const life of applied.endedLives) this.#upstreams.retire(life);
    if (message.type === 'patch') for (const life of message.severed ?? []) this.#front.sever(life);
    if (this.#probing) {
      for (const id of applied.removed) this.#prober.forget(id);
      for (const backend of applied.changed) this.#prober.consider(backend);
    }
    if (!this.#listening) void this.#listen();
  }

  /** Listens only once there is a table: no request may find an empty one. */
  async #listen(): Promise<void> {
    this.#listening = true;
    collectStartGarbage();
    try {
      this.#tell({ type: 'listening', port: await this.#front.listen(this.#settings.port) });
    } catch (error) {
      this.#tell({ type: 'cannot_listen', code: systemCodeOf(error) ?? 'UNKNOWN' });
    }
  }

  #tellCounts(): void {
    const funkos = this.#tally.take();
    if (funkos) this.#tell({ type: 'counted', funkos });
  }

  #probe(probing: boolean): void {
    this.#probing = probing;
    if (!probing) this.#prober.stop();
    else for (const backend of this.#routes.backends()) this.#prober.consider(backend);
  }

  async #drain(deadlineMs: number): Promise<void> {
    await this.#front.drain(deadlineMs);
    await this.#lines.flush();
    this.#load.flush();
    this.#tellCounts();
    await this.#upstreams.closeAll();
    process.exit(0);
  }
}
