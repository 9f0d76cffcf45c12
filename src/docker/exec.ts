/** Programs that are started in a container that runs. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from './engine/engine.ts';
import { framesOf, type Frame } from './logs/demultiplex.ts';
import { hijack } from './engine/hijack.ts';

export interface ExecSpec {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The terminal's size; absent: no terminal. */
  readonly terminal?: Size;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The engine closes the streams a moment before it knows the exit status. */
const STATUS_EVERY_MS = 20;
/** What the engine writes in the program's place when that could not be started. */
const REFUSAL = 'OCI runtime exec failed: ';
const NOT_THERE = /: exec: ".*": .*(executable file not found|no such file or directory)/;
/** What shells say of a program that is not there. Docker Engine 26 says 126 of it, as of one that can't be run. */
const NOT_FOUND = 127;

/** A program that runs in a container. */
export class Exec {
  readonly #engine: Engine;
  readonly #id: string;
  readonly #socket: Socket;
  readonly #hasTerminal: boolean;
  #isNotThere = false;

  private constructor(engine: Engine, id: string, socket: Socket, hasTerminal: boolean) {
    this.#engine = engine;
    this.#id = id;
    this.#socket = socket;
    this.#hasTerminal = hasTerminal;
  }

  /** Starts a program. Throws `engine_*`; statusOf(error) is 409 if the container is paused or does not run. */
  static async start(engine: Engine, container: string, spec: ExecSpec, signal?: AbortSignal): Promise<Exec> {
    const { command, env, terminal } = spec;
    const size = terminal ? { ConsoleSize: [terminal.rows, terminal.columns] as [number, number] } : {};
    const Tty = terminal !== undefined;
    const options = {
      ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty, ...size },
      Cmd: [...command],
      Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    };
    const made = await engine.call(
      `preparing a program in container ${container}`,
      async (docker, abortSignal): Promise<{ readonly id: string }> =>
        docker.getContainer(container).exec({ ...options, abortSignal }),
      { signal },
    );
    const request = {
      what: `starting a program in container ${container}`,
      path: `/exec/${made.id}/start`,
      body: { Detach: false, Tty, ...size },
      protocol: 'tcp',
    };
    return new Exec(engine, made.id, await hijack(engine, request, signal), Tty);
  }

  /** What it writes. With a terminal all is stdout. That it could not be started is told on stderr. */
  async *output(): AsyncGenerator<Frame> {
    const frames = this.#hasTerminal ? unframed(this.#socket) : framesOf(this.#socket);
    for await (const frame of frames) {
      const isRefusal = frame.bytes.subarray(0, REFUSAL.length).toString('latin1') === REFUSAL;
      yield isRefusal && !(await this.#hasStarted()) ? this.#refused(frame) : frame;
    }
  }

  #refused({ bytes }: Frame): Frame {
    const words = bytes.toString();
    this.#isNotThere = NOT_THERE.test(words);
    return { stream: 'stderr', bytes: Buffer.from(`faaso: ${words}`) };
  }

  /** Gives it input. Resolves when more can be taken: to false if nobody takes any more. */
  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#socket.writable && !this.#socket.write(bytes)) {
      const settled = new AbortController();
      const { signal } = settled;
      await Promise.race([once(this.#socket, 'drain', { signal }), once(this.#socket, 'close', { signal })]);
      settled.abort();
    }
    return this.#socket.writable;
  }

  /** There is no more input. */
  endInput(): void {
    this.#socket.end();
  }

  /** Gives its terminal another size. Throws `engine_*`, also if it has ended. */
  async resize({ columns, rows }: Size): Promise<void> {
    await this.#engine.call('changing the size of a terminal', async (docker, abortSignal) => {
      const size = { w: columns, h: rows, abortSignal };
      await docker.getExec(this.#id).resize(size);
    });
  }

  /** Its exit status, when its output has ended. Throws `engine_*`. */
  async exitCode(signal?: AbortSignal): Promise<number> {
    for (;;) {
      const { Running, ExitCode } = await this.#state(signal);
      if (!Running && ExitCode !== null) return this.#isNotThere ? NOT_FOUND : ExitCode;
      await pause(STATUS_EVERY_MS, undefined, signal && { signal });
    }
  }

  /** Lets go of its streams; it may run on. */
  detach(): void {
    this.#socket.destroy();
  }

  async #hasStarted(): Promise<boolean> {
    return (await this.#state()).Pid !== 0;
  }

  async #state(signal?: AbortSignal): Promise<ExecState> {
    return (await this.#engine.get(
      'asking how a program ended',
      `/exec/${this.#id}/json`,
      signal,
    )) as ExecState;
  }
}

interface ExecState {
  readonly Running: boolean;
  readonly ExitCode: number | null;
  /** 0 if it has never run. */
  readonly Pid: number;
}

async function* unframed(socket: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  for await (const bytes of socket) yield { stream: 'stdout', bytes };
}
