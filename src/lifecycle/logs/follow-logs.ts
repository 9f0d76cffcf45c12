/** The new lines of a funko's instances, also of those that are started meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import { logLines } from '../../docker/logs/container-log.ts';
import { listContainers } from '../../docker/containers.ts';
import { FaasoError } from '../../errors.ts';
import type { LogLine, LogsRequest } from '../../api/funko-api.ts';
import { withNanoseconds, lineOf, type LogSource } from './log-order.ts';
import { LogPlace } from './log-place.ts';
import { presentOf } from '../state/managed.ts';
import type { OperationContext } from '../context.ts';
import { LABEL } from '../../funko/naming/labels.ts';
import { DEFAULT_LOG_TAIL } from '../../funko/defaults.ts';

/** How often new instances are looked for. What they wrote before is told too, so it only delays. */
const LOOK_EVERY_MS = 500;

export interface Followed {
  readonly sources: readonly LogSource[];
  /** How far the log of each was told already. */
  readonly places: Map<string, LogPlace>;
  /** Lines that are there and have no end yet: they are told as a whole. */
  readonly open: readonly LogLine[];
  readonly onLine: (line: LogLine) => void | Promise<void>;
}

/** Never resolves: rejects with `cancelled` when the signal is aborted, or with `engine_*` when the engine can't be asked. */
export async function followLogs(
  context: OperationContext,
  request: LogsRequest,
  { sources, places, open, onLine }: Followed,
  signal?: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const all = AbortSignal.any([over.signal, ...(signal ? [signal] : [])]);
  const attended = new Set<string>();
  const tell = async (source: LogSource): Promise<void> => {
    const place = places.get(source.id) ?? new LogPlace(undefined);
    places.set(source.id, place);
    const { since } = place;
    const options = { follow: true, signal: all, ...(since === undefined ? {} : { since }) };
    place.reopen();
    for await (const line of logLines(context.engine, source.id, options))
      if (place.isNew(line)) await onLine(lineOf(source, line));
  };
  const attend = (source: LogSource): void => {
    if (attended.has(source.id)) return;
    attended.add(source.id);
    // The engine may start an ended instance again: then its lines are followed again.
    void tell(source).then(() => attended.delete(source.id), failed.reject);
  };
  try {
    let running = await present(context, request, sources, all);
    for (const line of open) if (!running.some(({ id }) => id === line.id)) await onLine(line);
    for (;;) {
      for (const source of running) attend(source);
      await Promise.race([failed.promise, pause(LOOK_EVERY_MS, undefined, { signal: all })]);
      running = await present(context, request, sources, all);
    }
  } catch (error) {
    throw signal?.aborted === true ? new FaasoError('cancelled', 'cancelled', { cause: error }) : error;
  } finally {
    over.abort();
  }
}

/** How far each log is told when these lines were, but for those that have no end yet. */
export function placesAfter(
  sources: readonly LogSource[],
  past: readonly LogLine[],
  open: readonly LogLine[],
  request: LogsRequest,
): Map<string, LogPlace> {
  return new Map(sources.map(({ id }) => [id, placeAfter(id, past, open, request)]));
}

function placeAfter(
  id: string,
  past: readonly LogLine[],
  open: readonly LogLine[],
  { since, tail = DEFAULT_LOG_TAIL }: LogsRequest,
): LogPlace {
  const its = past.filter((line) => line.id === id);
  // What was before the first of these was left out.
  const cut = its[0] ?? (past.length < tail ? undefined : past[0]);
  const from = tail === 0 ? new Date().toISOString() : (cut?.time ?? since);
  const place = new LogPlace(from);
  for (const stream of ['stdout', 'stderr'] as const) {
    const begun = open.find((line) => line.id === id && line.stream === stream)?.time;
    const told = its.findLast((line) => line.stream === stream)?.time;
    const time = begun ?? told ?? (from === undefined ? '' : withNanoseconds(from));
    const isTold = begun === undefined && told !== undefined;
    const ofTime = its.filter((line) => line.stream === stream && line.time === time);
    place.startAt(stream, time, isTold ? ofTime.length : 0);
  }
  return place;
}

/** The instances to follow now: those that were asked for, and unless one was named all that FaaSO has started since. */
async function present(
  { engine }: OperationContext,
  { name, instance }: LogsRequest,
  sources: readonly LogSource[],
  signal: AbortSignal,
): Promise<LogSource[]> {
  const rows = await listContainers(engine, {}, signal);
  const running = new Set(rows.filter(({ status }) => status === 'running').map(({ id }) => id));
  const known = new Set(sources.map(({ id }) => id));
  const { instances, workers } = presentOf(name, rows);
  const all = [...instances, ...workers];
  const since = instance === undefined ? all.filter(({ id }) => !known.has(id)) : [];
  const started = since.map((row) => ({
    id: row.id,
    name: row.name,
    version: row.labels[LABEL.version] ?? null,
  }));
  return [...sources, ...started].filter(({ id }) => running.has(id));
}
