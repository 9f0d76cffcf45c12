import { PassThrough } from 'node:stream';
import { FaasoError } from '../../../errors.ts';
import { MOST_PIECES, piecesOf } from '../../../api/exec-lines.ts';
import type { ExecRequest, TerminalSize } from '../../../api/funko-api.ts';
import type { Handler } from '../admin.ts';
import { linesOf } from '../body.ts';
import { EXEC_LINE, EXEC_START, type ExecStart } from '../schemas/exec.ts';
import type { AdminReply } from '../reply.ts';
import { checker } from '../schemas/validation.ts';

const START =
  '"type": "start", "command": [PROGRAM, ARGUMENT…], and perhaps "instance" and "terminal": { "columns", "rows" }';
const checkStart = discreet(checker(EXEC_START, ''), `The first line must be { ${START} }`);
const LINE = '"type": "stdin", "data": BASE64 }, { "type": "end" } or { "type": "resize", "columns", "rows"';
const checkLine = discreet(checker(EXEC_LINE, ''), `A line after the first must be { ${LINE} }`);

interface ExecInputLine {
  readonly type: 'stdin' | 'end' | 'resize';
  readonly data?: string;
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * `POST /admin/funkos/NAME/exec`: runs a program in an instance. The body's first line says what; its others are the program's
 * input while the answer's lines are its output. A client that goes away ends the program.
 */
export const exec: Handler = async ({ request, reply, funko, signal }, { funkos }) => {
  const lines = linesOf(request);
  const first = await lines.next();
  const { command, instance, terminal } = checkStart(first.value) as ExecStart;
  const wanted: ExecRequest = {
    name: funko,
    command,
    ...(instance === undefined ? {} : { instance }),
    ...(terminal === undefined ? {} : { terminal }),
  };
  const input = new Input(reply);
  const wrong = new AbortController();
  input.receive(lines).catch((error: unknown) => {
    wrong.abort(error);
    input.fail(error as Error);
  });
  const onOutput = async (type: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void> => {
    for (const data of piecesOf(bytes)) reply.progress({ type, data } as { type: string });
    await reply.room();
  };
  reply.expectLines();
  try {
    const streams = { stdin: input.stdin(), sizes: input.sizes, onOutput };
    reply.result(await funkos.exec(wanted, streams, AbortSignal.any([signal, wrong.signal])));
  } catch (error) {
    throw wrong.signal.aborted ? wrong.signal.reason : error;
  } finally {
    input.close();
  }
};

/** What the client sends to the program. */
class Input {
  readonly sizes = new PassThrough({ objectMode: true });
  readonly #pieces = new PassThrough({ objectMode: true });
  readonly #reply: AdminReply;
  #untaken = 0;

  constructor(reply: AdminReply) {
    this.#reply = reply;
    // Its reader gets the error; perhaps nobody reads any more.
    this.#pieces.on('error', () => undefined);
  }

  /** Takes the lines as they come. Throws `bad_request`. */
  async receive(lines: AsyncIterable<unknown>): Promise<void> {
    for await (const value of lines) {
      const { type, data = '', columns, rows } = checkLine(value) as ExecInputLine;
      if (type === 'end') this.#pieces.end();
      else if (type === 'stdin') this.#take(data);
      else this.sizes.write(sizeOf(columns, rows));
    }
    this.#pieces.end();
  }

  /** What the program reads. The client is told of each piece that it has taken. */
  async *stdin(): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#pieces as AsyncIterable<Uint8Array>) {
      yield piece;
      this.#untaken -= 1;
      this.#reply.progress({ type: 'taken' });
    }
  }

  /** What was sent is wrong, or incomplete. */
  fail(error: Error): void {
    this.#pieces.destroy(error);
  }

  /** Ends the wait for more. */
  close(): void {
    this.#pieces.end();
    this.sizes.end();
  }

  #take(data: string): void {
    if (this.#pieces.writableEnded) return;
    this.#untaken += 1;
    if (this.#untaken > MOST_PIECES)
      throw new FaasoError(
        'bad_request',
        `More than ${MOST_PIECES} lines of stdin were sent that were not taken yet.`,
      );
    this.#pieces.write(Buffer.from(data, 'base64'));
  }
}

/** A check whose error does not repeat what was sent: it goes into a log, and nobody knows what a program reads. */
function discreet(check: (value: unknown) => unknown, must: string): (value: unknown) => unknown {
  return (value) => {
    try {
      return check(value);
    } catch {
      throw new FaasoError('bad_request', `${must}. See docs/admin-api.md.`);
    }
  };
}

function sizeOf(columns: number | undefined, rows: number | undefined): TerminalSize {
  if (columns !== undefined && rows !== undefined) return { columns, rows };
  throw new FaasoError('bad_request', 'A line of type "resize" must have "columns" and "rows".');
}
