/**
 * What a funko's instances wrote: first what is there, all instances as one by time, then, if it is followed, each line as
 * it comes, also of instances that are started meanwhile.
 */
import { followLogs, placesAfter } from './follow-logs.ts';
import type { LogLine, LogsRequest, LogsResult } from '../../api/funko-api.ts';
import { instancesNamed } from '../state/instances-named.ts';
import { lastLines } from './last-lines.ts';
import type { LineShare } from './line-budget.ts';
import { show } from '../operations/list.ts';
import type { LogPlace } from './log-place.ts';
import { byTime, lastOf, lineOf, type LogSource } from './log-order.ts';
import { headOf, previousLogs } from './previous-logs.ts';
import type { OperationContext } from '../context.ts';
import type { ReadLine } from '../../docker/logs/log-entries.ts';
import { DEFAULT_LOG_TAIL } from '../../funko/defaults.ts';

/** So much of what is there is told at most, in characters: it is held in memory while it is sorted. */
const MOST_CHARACTERS = 32 * 1024 ** 2;
/** And so much of all funkos that are asked for at the same time; then each that comes later tells little. */
export const MOST_LOG_CHARACTERS = 2 * MOST_CHARACTERS;

export type OnLine = (line: LogLine) => void | Promise<void>;

/**
 * Tells the lines.
 * @param onLine the next line waits for it
 * Throws `unknown_funko`, `not_found` for an unknown instance, `cancelled` when followed, `engine_*`.
 */
export async function logs(
  context: OperationContext,
  request: LogsRequest,
  onLine: OnLine,
  signal?: AbortSignal,
): Promise<LogsResult> {
  if (request.previous === true) return previousLogs(context, request, onLine, signal);
  const sources = await sourcesOf(context, request, signal);
  const { count, places, open } = await tellPast(context, sources, request, onLine, signal);
  if (request.follow === true) await followLogs(context, request, { sources, places, open, onLine }, signal);
  const kept = sources.length > 0 ? [] : await context.keptLogs.of(request.name);
  return { funko: request.name, lines: count, instances: sources.length, previous: kept.map(headOf) };
}

/** Tells the lines that are there. They are held no longer than that, also where the log is followed. */
async function tellPast(
  context: OperationContext,
  sources: readonly LogSource[],
  request: LogsRequest,
  onLine: OnLine,
  signal?: AbortSignal,
): Promise<{ count: number; places: Map<string, LogPlace>; open: LogLine[] }> {
  using share = context.logLines.open();
  const { lines, open } = await pastOf(context, sources, request, share, signal);
  const places = placesAfter(sources, lines, open, request);
  for (const line of lines) await onLine(line);
  return { count: lines.filter(({ partial }) => partial !== true).length, places, open };
}

async function sourcesOf(
  context: OperationContext,
  { name, instance }: LogsRequest,
  signal?: AbortSignal,
): Promise<LogSource[]> {
  const { instances, workers = [] } = await show(context, name, signal);
  const all: LogSource[] = [...instances, ...workers];
  return instance === undefined ? all : instancesNamed(name, instance, all);
}

/** The existing lines, without those that the follower gets anyway: they are incomplete. */
async function pastOf(
  { engine }: OperationContext,
  sources: readonly LogSource[],
  { tail = DEFAULT_LOG_TAIL, since, follow = false }: LogsRequest,
  share: LineShare,
  signal?: AbortSignal,
): Promise<{ lines: LogLine[]; open: LogLine[] }> {
  const mostCharacters = MOST_CHARACTERS / Math.max(1, sources.length);
  const read = await Promise.all(
    sources.map(async (source) => {
      const lines = await lastLines(engine, source.id, { tail, since, mostCharacters, share, signal });
      const isOpen = openIn(follow ? lines : []);
      return {
        lines: lines.filter((line) => !isOpen(line)).map((line) => lineOf(source, line)),
        open: lines.filter(isOpen).map((line) => lineOf(source, line)),
      };
    }),
  );
  signal?.throwIfAborted();
  const all = byTime(read.flatMap(({ lines }) => lines));
  return { lines: lastOf(all, tail), open: read.flatMap(({ open }) => open) };
}

/** Whether a piece is one of a line that has no end yet. */
function openIn(lines: readonly ReadLine[]): (line: ReadLine) => boolean {
  const open = lines.filter(({ isOpen }) => isOpen === true);
  return (line) => open.some(({ stream, time }) => stream === line.stream && time === line.time);
}
