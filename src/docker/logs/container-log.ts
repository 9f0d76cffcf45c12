/** A container's log as lines, each with its time, while they come. */
import type { IncomingMessage } from 'node:http';
import { FaasoError } from '../../errors.ts';
import { dial } from '../engine/dial.ts';
import { unlessMissing, type Engine } from '../engine/engine.ts';
import { LineAssembler, entriesOf, type ReadLine } from './log-entries.ts';

export interface LogOptions {
  /** Goes on until the container ends or the signal is aborted. */
  readonly follow: boolean;
  /** At most this many existing entries; absent: all. */
  readonly tail?: number;
  /** Only entries written at this time or later, ISO 8601. */
  readonly since?: string;
  readonly signal?: AbortSignal | undefined;
  /** A log that is not followed comes as fast as it is read: an engine that is silent for this long has stopped. In ms; 2 min if absent. */
  readonly silentMs?: number;
}

const SILENT_MS = 120_000;

/**
 * The lines of a container's log; none if there is no such container. An abort ends them, and the reading with them.
 * Throws `engine_*`.
 */
export async function* logLines(engine: Engine, id: string, options: LogOptions): AsyncGenerator<ReadLine> {
  const { signal } = options;
  let log: IncomingMessage | undefined;
  const stop = (): void => void log?.destroy();
  signal?.addEventListener('abort', stop);
  try {
    log = await unlessMissing(open(engine, id, options));
    if (log) yield* linesOf(log);
  } catch (error) {
    // Destroyed by the signal: that is an end like any other.
    if (signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/** dockerode reads a log that is not followed into memory as a whole; this one is a stream in any case. */
async function open(
  engine: Engine,
  id: string,
  { follow, tail, since, signal, silentMs = SILENT_MS }: LogOptions,
): Promise<IncomingMessage> {
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
  const what = `reading the log of container ${id}`;
  const log = await engine.call(what, async (docker) => dial(docker, request), { signal });
  if (!follow) endSilence(log as IncomingMessage, what, silentMs);
  return log as IncomingMessage;
}

function endSilence(log: IncomingMessage, what: string, silentMs: number): void {
  log.socket.setTimeout(silentMs).once('timeout', () => {
    log.destroy(
      new FaasoError('engine_timeout', `${what}: the engine sent nothing more within ${silentMs} ms.`),
    );
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
