/** What instances wrote that are gone, as far as it was kept. */
import { FaasoError } from '../../errors.ts';
import { isNamed } from '../state/instances-named.ts';
import type { KeptInstance, LogLine, LogsRequest, LogsResult } from '../../api/log-request.ts';
import { byTime, lastOf, withNanoseconds } from './log-order.ts';
import { show } from '../operations/list.ts';
import type { OperationContext } from '../context.ts';
import { parsePreview } from '../../funko/naming/container-names.ts';
import { DEFAULT_LOG_TAIL } from '../../funko/defaults.ts';

/**
 * Tells the lines, all instances as one by time.
 * Throws `unknown_funko`, `not_found` for an instance of which nothing is kept, `bad_request` with `follow`, `engine_*`.
 */
export async function previousLogs(
  context: OperationContext,
  { name, instance, tail = DEFAULT_LOG_TAIL, since, follow = false }: LogsRequest,
  onLine: (line: LogLine) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<LogsResult> {
  if (follow)
    throw new FaasoError(
      'bad_request',
      'Removed instances write no new lines: "previous" and "follow" exclude each other.',
    );
  const { funko } = parsePreview(name);
  const all = await context.keptLogs.of(funko);
  if (all.length === 0) await show(context, name, signal);
  const kept = all.filter((log) => instance === undefined || isNamed(funko, instance, log.instance));
  if (instance !== undefined && kept.length === 0) throw notKept(funko, instance, all);
  const from = since === undefined ? '' : withNanoseconds(since);
  const lines = byTime(kept.flatMap((log) => log.lines)).filter(({ time }) => time >= from);
  const shown = tail === 0 ? [] : lastOf(lines, tail);
  for (const line of shown) await onLine(line);
  const count = shown.filter(({ partial }) => partial !== true).length;
  return { funko: name, lines: count, instances: 0, previous: kept.map(headOf) };
}

/** An instance that is gone, without its lines. */
export function headOf({ instance, version, removedAt, reason, leftOut }: KeptInstance): KeptInstance {
  return { instance, version, removedAt, reason, leftOut };
}

function notKept(funko: string, word: string, all: readonly KeptInstance[]): FaasoError {
  const there =
    all.length === 0 ? 'Nothing of it is kept.' : `Kept are: ${all.map((log) => log.instance).join(', ')}.`;
  return new FaasoError('not_found', `No log of an instance "${word}" of "${funko}" is kept. ${there}`);
}
