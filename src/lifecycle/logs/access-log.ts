/**
 * The requests that funkos were sent. The proxy's workers write a line for each to their container's log, among its other lines:
 * that is read from its end until enough requests are found, and never as a whole into memory.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { logLines } from '../../docker/logs/container-log.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { FaasoError, messageOf } from '../../errors.ts';
import { accessLogEntry } from './access-log-entry.ts';
import type { AccessLogEntry, AccessLogRequest, AccessLogResult } from '../../api/access-log-request.ts';
import { LastLines } from './last-lines.ts';
import { show } from '../operations/list.ts';
import { LogPlace } from './log-place.ts';
import type { OperationContext } from '../context.ts';
import { DEFAULT_LOG_TAIL } from '../../funko/defaults.ts';

/** So much of what is there is told at most, in characters: it is held in memory while the client takes it. */
const MOST_CHARACTERS = 16 * 1024 ** 2;
/** So many of the log's lines are read at first, for each request that is wanted; then more and more until there are enough. */
const LINES_PER_REQUEST = 4;
const LEAST_LINES = 256;
const GROWTH = 8;
const REOPEN_AFTER_MS = 500;

type OnEntry = (entry: AccessLogEntry) => void | Promise<void>;
type IsWanted = (entry: AccessLogEntry) => boolean;

/**
 * Tells the requests.
 * @param onEntry the next one waits for it
 * Throws `unknown_funko`, `conflict` where requests are not recorded or the log can't be read, `cancelled`, `engine_*`.
 */
export async function accessLog(
  context: OperationContext,
  request: AccessLogRequest,
  onEntry: OnEntry,
  signal?: AbortSignal,
): Promise<AccessLogResult> {
  if (!context.accessLog) throw notRecorded();
  const id = await context.accessLog.container(signal);
  const wanted = new Set(request.funkos);
  const isWanted: IsWanted = ({ funko }) => wanted.size === 0 || wanted.has(funko);
  const { entries, place } = await readable(past(context.engine, id, request, isWanted, signal));
  await refuseUnknown(context, wanted, entries, signal);
  for (const entry of entries) await onEntry(entry);
  if (request.follow === true) await follow(context.engine, id, { place, isWanted, onEntry }, signal);
  return { requests: entries.length };
}

function notRecorded(): FaasoError {
  const message =
    'Nothing records requests here: only the proxy of a server does. See what the funkos wrote themselves: faaso logs --local';
  return new FaasoError('conflict', message);
}

/** A name that nobody has asked for may be a mistyped one. Throws `unknown_funko`. */
async function refuseUnknown(
  context: OperationContext,
  names: ReadonlySet<string>,
  entries: readonly AccessLogEntry[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked = new Set(entries.map(({ funko }) => funko));
  for (const name of names) if (!asked.has(name)) await show(context, name, signal);
}

/** Says what is wrong if the engine keeps no log that can be read. */
async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!messageOf(error).includes('does not support reading')) throw error;
    const fix =
      'Let "logging" of the proxy in compose.yaml name json-file or local, and on the server: docker compose up -d';
    const message = `The engine can't read the proxy's log, which has the requests: its logging driver keeps none. ${fix}`;
    throw new FaasoError('conflict', message, { cause: error });
  }
}

/** The last requests that are there, and where the log ends. */
async function past(
  engine: Engine,
  id: string,
  { tail = DEFAULT_LOG_TAIL, since }: AccessLogRequest,
  isWanted: IsWanted,
  signal: AbortSignal | undefined,
): Promise<{ entries: AccessLogEntry[]; place: LogPlace }> {
  const from = since === undefined ? {} : { since };
  for (let most = Math.max(LEAST_LINES, tail * LINES_PER_REQUEST); ; most *= GROWTH) {
    const last = new LastLines<{ readonly text: string }>(tail, MOST_CHARACTERS);
    const place = new LogPlace(since);
    let read = 0;
    for await (const line of logLines(engine, id, { follow: false, tail: most, signal, ...from })) {
      read = Math.max(read, line.entry + line.entries);
      if (line.isOpen === true || line.partial === true || line.stream !== 'stdout') continue;
      if (!place.isNew(line)) continue;
      const entry = accessLogEntry(line.text);
      if (entry && isWanted(entry)) last.add({ text: line.text });
    }
    if (signal?.aborted === true) throw new FaasoError('cancelled', 'cancelled', { cause: signal.reason });
    const isEnough = last.count >= tail || last.isFull || read < most;
    if (isEnough) return { entries: last.lines.flatMap(({ text }) => accessLogEntry(text) ?? []), place };
  }
}

/** Never resolves: rejects with `cancelled` when the signal is aborted, or with `engine_*`. */
async function follow(
  engine: Engine,
  id: string,
  { place, isWanted, onEntry }: { place: LogPlace; isWanted: IsWanted; onEntry: OnEntry },
  signal: AbortSignal | undefined,
): Promise<never> {
  try {
    // The stream ends if the engine is restarted and the proxy runs on.
    for (;;) {
      const since = place.timeOf('stdout') ?? place.since;
      place.reopen();
      const options = { follow: true, signal, ...(since === undefined ? {} : { since }) };
      for await (const line of logLines(engine, id, options)) {
        // A line that the end of the stream cut is read again, whole.
        if (line.isOpen === true || line.partial === true || line.stream !== 'stdout') continue;
        if (!place.isNew(line)) continue;
        const entry = accessLogEntry(line.text);
        if (entry && isWanted(entry)) await onEntry(entry);
      }
      await pause(REOPEN_AFTER_MS, undefined, { signal });
    }
  } catch (error) {
    throw signal?.aborted === true ? new FaasoError('cancelled', 'cancelled', { cause: error }) : error;
  }
}
