/**
 * One worker process as the parent sees it: started without privileges, told things in order, listened to with
 * suspicion, and killed when it stops answering.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../../logger.ts';
import type { WorkerSettings } from '../../worker/session.ts';
import { Channel } from '../../ipc/channel.ts';
import { fromWorker } from '../../ipc/validation.ts';
import type { FromWorker, ToWorker } from '../../ipc/protocol.ts';

/** How often a worker is asked for a sign of life, and how long it may take to give one. */
const PING_EVERY_MS = 5_000;
const PONG_WITHIN_MS = 15_000;

/** Beside the sources runs worker/main.ts, in the image its compiled form. */
const WORKER_FILE = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../worker/main.ts' : '../../worker/main.js', import.meta.url),
);
/**
 * It collects the garbage of relayed bodies itself: see body-garbage.ts. Each minor collection copies what is in flight, so under load
 * there are to be few: the young generation may grow to three times 8 MiB, but at rest it has 1.
 */
const NODE_FLAGS = ['--expose-gc', '--max-semi-space-size=8'];
/** A load report of ten thousand backends has less than a million characters. */
const LIMITS = { longestLine: 4 * 1024 ** 2, mostUnread: 50_000 };

export interface WorkerProcessOptions {
  readonly settings: WorkerSettings;
  /** User and group id to run as; undefined: the parent's own. */
  readonly userId: number | undefined;
  readonly logger: Logger;
  /** What it runs: a module; the worker's own if left out. */
  readonly file?: string | undefined;
  readonly onMessage: (message: FromWorker) => void;
  /** Called once, however it ended. */
  readonly onExit: (how: string) => void;
}

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #channel: Channel;
  readonly #options: WorkerProcessOptions;
  readonly #pings = new Map<number, () => void>();
  readonly #heartbeat: NodeJS.Timeout;
  #nonce = 0;
  #ended = false;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    const words = [...NODE_FLAGS, options.file ?? WORKER_FILE, JSON.stringify(options.settings)];
    this.#child = spawn(process.execPath, words, {
      // The fourth is the channel: to the worker, file descriptor 3.
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      // Nothing of the parent's environment reaches the process that talks to strangers.
      env: {},
      ...(options.userId === undefined ? {} : { uid: options.userId, gid: options.userId }),
    });
    this.#channel = new Channel(this.#child.stdio[3] as Duplex, LIMITS, {
      onMessage: (message) => {
        this.#receive(message);
      },
      onNonsense: () => {
        this.#distrust();
      },
      // The process's end tells of it.
      onClose: () => undefined,
    });
    this.#child.once('exit', (code, signal) => {
      this.#end(signal ?? `exit status ${code}`);
    });
    this.#child.on('error', (error) => {
      this.kill();
      this.#end(error.message);
    });
    this.#heartbeat = setInterval(() => void this.#checkLife(), PING_EVERY_MS).unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends in order; to a worker that has ended, nothing. */
  send(message: ToWorker): void {
    if (!this.#ended) this.#channel.send(message);
  }

  /** Resolves when the worker has acted on all that was sent before and has said what it had to say; or has ended. */
  async fence(): Promise<void> {
    if (this.#ended) return;
    const nonce = ++this.#nonce;
    const answered = new Promise<void>((resolve) => this.#pings.set(nonce, resolve));
    this.send({ type: 'ping', nonce });
    await answered;
  }

  /** Ends it at once; what it has still to say is not heard. */
  kill(): void {
    this.#channel.stopReading();
    this.#child.kill('SIGKILL');
  }

  async #checkLife(): Promise<void> {
    const timer = setTimeout(() => {
      this.#options.logger.error(
        { worker: this.pid },
        `a worker gave no sign of life for ${PONG_WITHIN_MS} ms: killed`,
      );
      this.kill();
    }, PONG_WITHIN_MS).unref();
    await this.fence();
    clearTimeout(timer);
  }

  #receive(raw: unknown): void {
    const message = fromWorker(raw);
    if (message === undefined) {
      this.#distrust();
    } else if (message.type === 'pong') {
      this.#pings.get(message.nonce)?.();
      this.#pings.delete(message.nonce);
    } else {
      this.#options.onMessage(message);
    }
  }

  #distrust(): void {
    this.#options.logger.error(
      { worker: this.pid },
      'a worker sent an invalid message or stopped reading: killed',
    );
    this.kill();
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
