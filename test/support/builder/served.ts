/** A funko's folder served by the runtime `node`, as a process without a container. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { request, type Agent, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { RUNTIMES, tempFolder, type Content, type TempFolder } from './folders.ts';

const PRELOAD = join(RUNTIMES, 'node/.runtime/preload.cjs');

/** A funko's folder served by the runtime; killed when its scope ends. */
export class Served implements AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  readonly exited: Promise<unknown[]>;
  readonly #folder: TempFolder;
  output = '';

  constructor(folder: TempFolder, entry: string, port: number) {
    this.#folder = folder;
    const args = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '--require', PRELOAD, entry];
    const env = { ...process.env, PORT: String(port), NODE_OPTIONS: '' };
    this.process = spawn(process.execPath, args, { cwd: folder.path, env });
    // 'close', not 'exit': by then all of the output is there.
    this.exited = once(this.process, 'close');
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
        this.process.emit('output');
      });
    }
  }

  get folder(): string {
    return this.#folder.path;
  }

  /** Waits until the output has this. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      await Promise.race([
        once(this.process, 'output'),
        this.exited.then(() => Promise.reject(new Error(`it ended: ${this.output}`))),
      ]);
    }
  }

  async port(): Promise<number> {
    return Number((await this.said(/listens on port (\d+)/))[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** Serves these files on any free port, or on this one; `entry` is what funko.yml's option says. */
export async function serve(files: Record<string, Content>, entry = 'index.js', port = 0): Promise<Served> {
  // A package.json of its own: one further up would decide what kind of module a .js file is.
  return new Served(await tempFolder({ 'package.json': '{}', ...files }), entry, port);
}

/** An answer that has come whole. */
export interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

/** One request, and its whole answer. */
export async function ask(
  served: Served,
  path: string,
  options: { method?: string; body?: string; agent?: Agent; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { method = 'GET', agent, headers = {} } = options;
  const asked = request({
    ...{ port: await served.port(), path, method, headers },
    ...(agent ? { agent } : {}),
  }).end(options.body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, text: await text(response), headers: response.headers };
}
