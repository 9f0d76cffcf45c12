/** A worker process of the fuzzer's own, looked at from outside: what it says, what it has open, whether it lives. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { DEFAULT_FORWARD_SETTINGS } from '../../../src/proxy/forward/settings.ts';
import type { Backend } from '../../../src/proxy/balancing/backend.ts';
import { Channel } from '../../../src/proxy/ipc/channel.ts';
import { fromWorker } from '../../../src/proxy/ipc/validation.ts';
import type { FromWorker, ToWorker } from '../../../src/proxy/ipc/protocol.ts';
import { poll } from '../../support/engine/wait.ts';

const WORKER = fileURLToPath(new URL('../../../src/proxy/worker/main.ts', import.meta.url));

/** Everything ends soon, so that a connection that does not is one that hangs. */
const SETTINGS = {
  port: 0,
  adminSocket: '/nonexistent',
  logLevel: 'error',
  forward: {
    ...DEFAULT_FORWARD_SETTINGS,
    headersTimeoutMs: 700,
    bodyIdleMs: 700,
    clientIdleMs: 700,
    clientHeadersMs: 700,
    clientKeepAliveMs: 300,
    upstreamKeepAliveMs: 1500,
  },
};

export class FuzzedWorker implements AsyncDisposable {
  port = 0;
  readonly #child: ChildProcess;
  readonly #channel: Channel;
  readonly #inFlight = new Map<string, number>();
  readonly #listening = Promise.withResolvers<number>();
  #fenced = Promise.withResolvers<undefined>();
  #stopping = false;

  /** @param fault told what is wrong with the worker */
  constructor(backends: readonly Backend[], fault: (what: string) => void) {
    const args = ['--expose-gc', '--max-semi-space-size=2', WORKER, JSON.stringify(SETTINGS)];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: {} });
    // At this level the worker is silent, unless an exchange has failed in a way that nobody foresaw.
    for (const output of [this.#child.stdout, this.#child.stderr])
      output?.on('data', (chunk: Buffer) => {
        fault(`the worker says: ${chunk.toString().slice(0, 2000)}`);
      });
    this.#child.once('exit', (code, signal) => {
      if (!this.#stopping) fault(`the worker has ended: ${signal ?? code}`);
    });
    this.#channel = new Channel(
      this.#child.stdio[3] as Duplex,
      { longestLine: 1 << 20, mostUnread: 1 << 24 },
      {
        onMessage: (raw) => {
          const message = fromWorker(raw);
          if (message) this.#receive(message);
          else fault(`the worker tells what the parent would not believe: ${JSON.stringify(raw)}`);
        },
        onNonsense: () => {
          fault('the worker tells what is no message');
        },
        onClose: () => undefined,
      },
    );
    this.#send({ type: 'table', sequence: 0, backends });
  }

  async listening(): Promise<void> {
    this.port = await this.#listening.promise;
  }

  /** Requests in flight, by what the worker has told up to now. */
  async inFlight(): Promise<number> {
    this.#fenced = Promise.withResolvers();
    this.#send({ type: 'ping', nonce: 1 });
    await this.#fenced.promise;
    return [...this.#inFlight.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Sockets that it has open: at rest the listener, the channel, and Node's own. */
  sockets(): number {
    const folder = `/proc/${this.#child.pid}/fd`;
    return readdirSync(folder).filter((name) => linkOf(`${folder}/${name}`).startsWith('socket:')).length;
  }

  /** Its memory in MiB. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Math.round(Number(/^VmRSS:\s+([0-9]+)/m.exec(status)?.[1]) / 1024);
  }

  /** Waits until nothing is in flight and no more sockets are open than before; throws if that does not come. */
  async atRest(sockets: number): Promise<void> {
    await poll(
      'the worker at rest',
      async () => ({ inFlight: await this.inFlight(), sockets: this.sockets() }),
      (now) => {
        return now.inFlight === 0 && now.sockets <= sockets;
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await exited;
  }

  #send(message: ToWorker): void {
    this.#channel.send(message);
  }

  #receive(message: FromWorker): void {
    if (message.type === 'listening') this.#listening.resolve(message.port);
    else if (message.type === 'pong') this.#fenced.resolve(undefined);
    else if (message.type === 'load')
      for (const [id, count] of Object.entries(message.inFlight)) this.#inFlight.set(id, count);
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
