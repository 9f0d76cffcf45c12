/** Lines of several logs as one. Pure. */
import type { WrittenLine } from '../../docker/logs/log-entries.ts';
import type { LogLine } from '../../api/log-request.ts';

/** A container whose log is read. */
export interface LogSource {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
}

/** A line as it is sent. */
export function lineOf(
  { id, name, version }: LogSource,
  { stream, time, text, partial }: WrittenLine,
): LogLine {
  const line = { type: 'line', instance: name, id, version, stream, time, text } as const;
  return partial === true ? { ...line, partial } : line;
}

/** Pieces of one line have the same time, and stay in order. */
export function byTime<Line extends Pick<LogLine, 'time'>>(lines: readonly Line[]): Line[] {
  return lines.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** The last lines, as many as `tail` says, with all their pieces. */
export function lastOf<Line extends Pick<LogLine, 'partial'>>(lines: readonly Line[], count: number): Line[] {
  let left = count;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    if (lines[at]?.partial === true) continue;
    if (left === 0) return lines.slice(at + 1);
    left -= 1;
  }
  return [...lines];
}

/** A time (ISO 8601, UTC) in the engine's form, so that times compare as texts. */
export function withNanoseconds(time: string): string {
  const [, seconds = time, fraction = ''] = /^(.*?)(?:\.([0-9]+))?Z$/.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, '0')}Z`;
}
