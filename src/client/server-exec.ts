/** A program in an instance on a server: one request to its admin API whose body and answer are both streamed until the end. */
import { PassThrough } from 'node:stream';
import { MOST_PIECES, piecesOf, type ExecAnswer, type ExecLine } from '../api/exec-lines.ts';
import type { ExecRequest, ExecResult, ExecStreams } from '../api/exec-request.ts';
import { pathOf, type ServerCalls } from './server-calls.ts';

/** A blank line so often tells everybody on the way that the client is still there. */
const ALIVE_EVERY_MS = 30_000;

/**
 * Runs a program to its end; the server ends it when the signal is aborted.
 * Throws what the server told, `cancelled`, `server_unreachable`, `server_failed`.
 */
export async function serverExec(
  calls: ServerCalls,
  { name, ...start }: ExecRequest,
  streams: ExecStreams,
  signal?: AbortSignal,
): Promise<ExecResult> {
  const failed = new AbortController();
  const fail = (error: unknown): void => failed.abort(error);
  const lines = new Lines();
  lines.send({ type: 'start', ...start });
  lines.feed(streams.stdin).catch(fail);
  if (streams.sizes) lines.follow(streams.sizes).catch(fail);
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const call = {
    method: 'POST',
    path: `${pathOf(name)}/exec`,
    body: lines.body,
    contentType: 'application/x-ndjson',
    signal: either,
  } as const;
  const onEvent = async (event: ExecAnswer): Promise<void> => {
    if (event.type === 'taken') lines.taken();
    else await streams.onOutput(event.type, Buffer.from(event.data, 'base64'));
  };
  try {
    return (await calls.do(call, onEvent)) as ExecResult;
  } catch (error) {
    throw failed.signal.aborted ? failed.signal.reason : error;
  } finally {
    lines.close();
  }
}

/** What the client sends. */
class Lines {
  readonly body = new PassThrough();
  readonly #timer: NodeJS.Timeout;
  #underWay = 0;
  #wake = Promise.withResolvers<undefined>();

  constructor() {
    this.#timer = setInterval(() => this.body.write('\n'), ALIVE_EVERY_MS);
    // The sender reports its errors.
    this.body.on('error', () => undefined);
    this.body.once('close', () => this.close());
  }

  send(line: ExecLine | { readonly type: 'start' }): void {
    if (this.body.writable) this.body.write(`${JSON.stringify(line)}\n`);
  }

  async feed(stdin: ExecStreams['stdin']): Promise<void> {
    for await (const chunk of stdin) {
      for (const data of piecesOf(chunk)) {
        while (this.#underWay >= MOST_PIECES && this.body.writable) await this.#wake.promise;
        this.#underWay += 1;
        this.send({ type: 'stdin', data });
      }
      if (!this.body.writable) return;
    }
    this.send({ type: 'end' });
  }

  async follow(sizes: NonNullable<ExecStreams['sizes']>): Promise<void> {
    for await (const { columns, rows } of sizes) this.send({ type: 'resize', columns, rows });
  }

  /** The server has room for another piece. */
  taken(): void {
    this.#underWay -= 1;
    this.#wake.resolve(undefined);
    this.#wake = Promise.withResolvers();
  }

  close(): void {
    clearInterval(this.#timer);
    this.body.end();
    this.#wake.resolve(undefined);
  }
}
