/**
 * One worker process as the parent sees it: started without privileges, told things in order, listened to with
 * suspicion, and killed when it stops answering.
 */
import { fork, type ChildProcess } from 'node:child_process';
import type { Logger } from '../../logger.ts';
import type { WorkerSettings } from '../worker/session.ts';
import { fromWorker } from './from-worker.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** How often a worker is asked for a sign of life, and how long it may take to give one. */
const PING_EVERY_MS = 5_000;
const PONG_WITHIN_MS = 15_000;

/** Beside the sources runs worker.ts, in the image its compiled form. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? '../worker.ts' : '../worker.js',
  import.meta.url,
);

export interface WorkerProcessOptions {
  readonly settings: WorkerSettings;
  /** User and group id to run as; undefined: the parent's own. */
  readonly userId: number | undefined;
  readonly logger: Logger;
  readonly onMessage: (message: FromWorker) => void;
  /** Called once, however it ended. */
  readonly onExit: (how: string) => void;
}

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #options: WorkerProcessOptions;
  readonly #pings = new Map<number, () => void>();
  readonly #heartbeat: NodeJS.Timeout;
  #nonce = 0;
  #ended = false;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.#child = fork(WORKER_FILE, [JSON.stringify(options.settings)], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // It collects the garbage of relayed bodies itself: see body-garbage.ts.
      execArgv: ['--expose-gc', '--max-semi-space-size=2'],
      // Nothing of the parent's environment reaches the process that talks to strangers.
      env: {},
      ...(options.userId === undefined ? {} : { uid: options.userId, gid: options.userId }),
    });
    this.#child.on('message', (message) => {
      this.#receive(message);
    });
    this.#child.once('exit', (code, signal) => {
      this.#end(signal ?? `exit status ${code}`);
    });
    this.#child.once('error', (error) => {
      this.#end(error.message);
    });
    this.#heartbeat = setInterval(() => void this.#checkLife(), PING_EVERY_MS).unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends in order; to a worker that has ended, nothing. */
  send(message: ToWorker): void {
    if (this.#ended || !this.#child.connected) return;
    this.#child.send(message, (error) => {
      if (error)
        this.#options.logger.debug({ error: error.message }, 'a message to a worker was lost: it has ended');
    });
  }

  /** Resolves when the worker has acted on all that was sent before and has said what it had to say; or has ended. */
  async fence(): Promise<void> {
    if (this.#ended) return;
    const nonce = ++this.#nonce;
    const answered = new Promise<void>((resolve) => this.#pings.set(nonce, resolve));
    this.send({ type: 'ping', nonce });
    await answered;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async #checkLife(): Promise<void> {
    const timer = setTimeout(() => {
      this.#options.logger.error(
        { worker: this.pid },
        `a worker gave no sign of life for ${PONG_WITHIN_MS} ms: killed`,
      );
      this.kill('SIGKILL');
    }, PONG_WITHIN_MS).unref();
    await this.fence();
    clearTimeout(timer);
  }

  #receive(raw: unknown): void {
    const message = fromWorker(raw);
    if (message === undefined) {
      this.#options.logger.error({ worker: this.pid }, 'a worker sent a message of unknown shape: killed');
      this.kill('SIGKILL');
    } else if (message.type === 'pong') {
      this.#pings.get(message.nonce)?.();
      this.#pings.delete(message.nonce);
    } else {
      this.#options.onMessage(message);
    }
  }

  #end(how: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#heartbeat);
    for (const answered of this.#pings.values()) answered();
    this.#pings.clear();
    this.#options.onExit(how);
  }
}
