/** Both ends of a container's log: how it began says as much of a failure as how it ended. */
import { logLines } from '../../docker/logs/container-log.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { LastLines, lastLines } from './last-lines.ts';
import type { WrittenLine } from '../../docker/logs/log-entries.ts';
import { SHOWN_LOG_LINES } from '../../funko/defaults.ts';

/** How much of each end of a log is kept, in characters as JSON. */
const FIRST_CHARACTERS = 256 * 1024;
const LAST_CHARACTERS = 768 * 1024;
/** How long all reading may take: the operation that stops the instance waits for it. */
const READ_WITHIN_MS = 5_000;
const LAST_LINES = 1000;

/** How many lines of a failed instance's log are shown. */
const SHOWN_CHARACTERS = 2000;
/** How many are searched for what is known to make programs fail. */
const TOLD_FIRST = 100;
const TOLD_LAST = 300;

export interface LogEnds {
  readonly first: readonly WrittenLine[];
  /** How many lines lie between the two; null if they were not counted. */
  readonly leftOut: number | null;
  readonly last: readonly WrittenLine[];
}

const NO_LOG: LogEnds = { first: [], leftOut: 0, last: [] };

/** As `logEnds`; nothing if it can't be read. Never rejects. */
export async function endsOrNone(engine: Engine, id: string): Promise<LogEnds> {
  return logEnds(engine, id).catch(() => NO_LOG);
}

interface LogItem {
  readonly line: WrittenLine;
  /** Its length as JSON is what counts: lines of one letter take more than that. */
  readonly text: string;
  readonly partial?: true;
}

/**
 * The first and the last lines of a container's log; none if it is gone. The end is read first, so that it is there even
 * where the time does not suffice for the whole log. Throws `engine_*`.
 * @param withinMs for all reading
 */
export async function logEnds(engine: Engine, id: string, withinMs = READ_WITHIN_MS): Promise<LogEnds> {
  const signal = AbortSignal.timeout(withinMs);
  const options = { tail: LAST_LINES, mostCharacters: LAST_CHARACTERS, signal };
  const end = (await lastLines(engine, id, options)).map((line) => itemOf(line).line);
  if (signal.aborted) return { first: [], leftOut: null, last: end };
  const { first, last, isWhole } = await wholeLog(engine, id, signal);
  if (isWhole) return { first, leftOut: last.dropped, last: last.lines.map(({ line }) => line) };
  const since = end[0]?.time;
  return { first: first.filter(({ time }) => since === undefined || time < since), leftOut: null, last: end };
}

/** All of it that can be read until the signal is aborted. */
async function wholeLog(
  engine: Engine,
  id: string,
  signal: AbortSignal,
): Promise<{ first: WrittenLine[]; last: LastLines<LogItem>; isWhole: boolean }> {
  const first: WrittenLine[] = [];
  const last = new LastLines<LogItem>(Infinity, LAST_CHARACTERS);
  let room = FIRST_CHARACTERS;
  for await (const read of logLines(engine, id, { follow: false, signal })) {
    const item = itemOf(read);
    if (item.text.length <= room) {
      first.push(item.line);
      room -= item.text.length;
      continue;
    }
    // A shorter line that comes later does not belong to the first ones any more.
    room = 0;
    last.add(item);
  }
  return { first, last, isWhole: !signal.aborted };
}

function itemOf({ stream, time, text, partial }: WrittenLine): LogItem {
  const more = partial === true ? { partial } : {};
  const line = { stream, time, text, ...more };
  return { line, text: JSON.stringify(line), ...more };
}

/**
 * The lines to show of a failed instance: the first `SHOWN_LOG_LINES` and the last, and how many there are between them.
 * @param tail how many of the last ones; `SHOWN_LOG_LINES` if absent
 */
export function excerptOf({ first, leftOut, last }: LogEnds, tail = SHOWN_LOG_LINES): string[] {
  const [head, end] = [wholeLines(first), wholeLines(last)];
  const isWhole = leftOut === 0;
  const all = [...head, ...end];
  if (isWhole && all.length <= SHOWN_LOG_LINES + tail) return all;
  const shownFirst = head.slice(0, SHOWN_LOG_LINES);
  const rest = all.slice(shownFirst.length);
  const shownLast = tail === 0 ? [] : rest.slice(-tail);
  const between = leftOut === null ? 'Some' : String(leftOut + rest.length - shownLast.length);
  return [...shownFirst, `… ${between} lines left out`, ...shownLast];
}

/** The lines that may tell why its program failed: some at the beginning, more at the end. */
export function tellingLines({ first, last }: LogEnds): string[] {
  const all = [...wholeLines(first), ...wholeLines(last)];
  return all.length <= TOLD_FIRST + TOLD_LAST ? all : [...all.slice(0, TOLD_FIRST), ...all.slice(-TOLD_LAST)];
}

/** Those that are not blank, each put together from its pieces and shortened. */
function wholeLines(pieces: readonly WrittenLine[]): string[] {
  const whole: string[] = [];
  const open = { stdout: '', stderr: '' };
  for (const { stream, text, partial } of pieces) {
    if (open[stream].length <= SHOWN_CHARACTERS) open[stream] += text;
    if (partial === true) continue;
    if (open[stream].trim() !== '') whole.push(shortened(open[stream]));
    open[stream] = '';
  }
  return whole;
}

function shortened(line: string): string {
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}
