/** A container's log as lines, each with its time, while they come. */
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { unlessMissing, type Engine } from './engine.ts';
import { framesOf } from './frames.ts';

export interface WrittenLine {
  readonly stream: 'stdout' | 'stderr';
  /** As the engine writes it, with nanoseconds: `2026-01-01T00:00:00.123456789Z`. */
  readonly time: string;
  readonly text: string;
}

export interface LogOptions {
  /** Goes on until the container ends or the signal is aborted. */
  readonly follow: boolean;
  /** At most so many lines of what is there already; absent: all. */
  readonly tail?: number;
  /** Only what was written from then on, ISO 8601; the moment itself included. */
  readonly since?: string;
  readonly signal?: AbortSignal | undefined;
}

/** A line without an end is given in pieces of this many characters. */
const LONGEST_LINE = 64 * 1024;

/** The lines of a container's log; none if there is no such container. Throws `engine_*`. */
export async function* logLines(
  engine: Engine,
  id: string,
  options: LogOptions,
): AsyncGenerator<WrittenLine> {
  const log = await unlessMissing(open(engine, id, options));
  if (!log) return;
  const stop = (): void => void log.destroy();
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted === true) stop();
  try {
    yield* linesOf(log);
  } catch (error) {
    // Destroyed by the signal: that is an end like any other.
    if (options.signal?.aborted !== true) throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
    log.destroy();
  }
}

async function open(engine: Engine, id: string, { follow, tail, since }: LogOptions): Promise<Readable> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since: secondsOf(since) as unknown as number }),
  };
  return engine.call(`reading the log of container ${id}`, async (docker) => {
    const container = docker.getContainer(id);
    if (!follow) return Readable.from([await container.logs({ ...query, follow: false })]);
    return (await container.logs({ ...query, follow: true })) as unknown as Readable;
  });
}

/** Seconds since 1970 with all digits after the point that the time has. */
function secondsOf(time: string): string {
  const fraction = /\.([0-9]{1,9})/.exec(time)?.[1] ?? '0';
  return `${Math.floor(Date.parse(time) / 1000)}.${fraction}`;
}

/** The lines in a log's bytes, with or without frames. A line may come in pieces that end inside a UTF-8 character. */
export async function* linesOf(log: AsyncIterable<Buffer>): AsyncGenerator<WrittenLine> {
  const texts = { stdout: new LineText(), stderr: new LineText() };
  for await (const { stream, bytes } of framesOf(log)) {
    for (const line of texts[stream].add(bytes)) yield lineOf(stream, line);
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const rest = texts[stream].rest;
    if (rest !== '') yield lineOf(stream, rest);
  }
}

class LineText {
  readonly #decoder = new StringDecoder('utf8');
  rest = '';

  add(bytes: Buffer): string[] {
    const lines = (this.rest + this.#decoder.write(bytes)).split('\n');
    this.rest = lines.pop() ?? '';
    if (this.rest.length > LONGEST_LINE) lines.push(this.rest);
    if (this.rest.length > LONGEST_LINE) this.rest = '';
    return lines;
  }
}

function lineOf(stream: WrittenLine['stream'], line: string): WrittenLine {
  const blank = line.indexOf(' ');
  const text = line.slice(blank + 1).replace(/\r$/, '');
  return { stream, time: line.slice(0, Math.max(0, blank)), text };
}
