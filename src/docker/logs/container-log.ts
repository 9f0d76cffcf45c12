/** A container's log as lines, each with its time, while they come. */
import type { Readable } from 'node:stream';
import { dial } from '../engine/dial.ts';
import { unlessMissing, type Engine } from '../engine/engine.ts';
import { LineAssembler, entriesOf, type ReadLine } from './log-entries.ts';

export interface LogOptions {
  /** Goes on until the container ends or the signal is aborted. */
  readonly follow: boolean;
  /** At most so many entries of what is there already; absent: all. */
  readonly tail?: number;
  /** Only what was written from then on, ISO 8601; the moment itself included. */
  readonly since?: string;
  readonly signal?: AbortSignal | undefined;
}

/** The lines of a container's log; none if there is no such container. Throws `engine_*`. */
export async function* logLines(engine: Engine, id: string, options: LogOptions): AsyncGenerator<ReadLine> {
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

/** dockerode reads a log that is not followed into memory as a whole; this one is a stream in any case. */
async function open(engine: Engine, id: string, { follow, tail, since }: LogOptions): Promise<Readable> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow,
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since: secondsOf(since) }),
  };
  const request = {
    path: `/containers/${id}/logs?`,
    method: 'GET',
    isStream: true,
    statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
    options: query,
  };
  return engine.call(`reading the log of container ${id}`, async (docker) => {
    const log = (await dial(docker, request)) as Readable;
    // A reader that is gone must not leave an error that nobody hears.
    log.on('error', () => undefined);
    return log;
  });
}

/** Seconds since 1970 with all digits after the point that the time has. */
function secondsOf(time: string): string {
  const fraction = /\.([0-9]{1,9})/.exec(time)?.[1] ?? '0';
  return `${Math.floor(Date.parse(time) / 1000)}.${fraction}`;
}

/** The lines in a log's bytes, with or without frames. */
export async function* linesOf(log: AsyncIterable<Buffer>): AsyncGenerator<ReadLine> {
  const streams = { stdout: new LineAssembler('stdout'), stderr: new LineAssembler('stderr') };
  let number = 0;
  for await (const entry of entriesOf(log)) {
    yield* streams[entry.stream].add(entry, number);
    number += 1;
  }
  yield* streams.stdout.end();
  yield* streams.stderr.end();
}
