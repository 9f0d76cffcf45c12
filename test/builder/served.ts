/** A funko's folder served by the runtime `node`, as a process without a container. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { request, type Agent, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { RUNTIMES, tempFolder, type Content, type TempFolder } from './folders.ts';

const SERVER = join(RUNTIMES, 'node/.runtime/serve.mjs');

/** A funko's folder served by the runtime; killed when its scope ends. */
export class Served implements AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  readonly exited: Promise<unknown[]>;
  readonly #folder: TempFolder;
  output = '';

  constructor(folder: TempFolder, entry: string) {
    this.#folder = folder;
    const args = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', SERVER, entry, '0'];
    this.process = spawn(process.execPath, args, { cwd: folder.path });
    // 'close', not 'exit': by then all of the output is there.
    this.exited = once(this.process, 'close');
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
        this.process.emit('output');
      });
    }
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

/** Serves these files; `entry` is what funko.yml's option says. */
export async function serve(files: Record<string, Content>, entry = 'index.js'): Promise<Served> {
  // A package.json of its own: one further up would decide what kind of module a .js file is.
  return new Served(await tempFolder({ 'package.json': '{}', ...files }), entry);
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
  options: { method?: string; body?: string; agent?: Agent } = {},
): Promise<Answer> {
  const { method = 'GET', agent } = options;
  const asked = request({ port: await served.port(), path, method, ...(agent ? { agent } : {}) }).end(
    options.body,
  );
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, text: await text(response), headers: response.headers };
}
