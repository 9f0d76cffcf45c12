/**
 * The entries of a container's log, and the lines that they make. The engine writes a line that is longer than 16 KiB as
 * several entries: none but the last ends with a line feed, and all have the time of the first.
 */
import { StringDecoder } from 'node:string_decoder';
import { framesOf } from './demultiplex.ts';

/** What a reader of a log can know beside the lines. */
export interface ReadLine extends WrittenLine {
  /** Which entry of those that were read the line begins with, from 0. The engine splits long lines into several. */
  readonly entry: number;
  /** How many were read from there to the end of this piece. */
  readonly entries: number;
  /** The log ended before the line did: its program may still be writing it. */
  readonly isOpen?: true;
}

/** A line that a program wrote, or a piece of one that is longer than a piece may be. */
export interface WrittenLine {
  readonly stream: 'stdout' | 'stderr';
  /** As the engine writes it, with nanoseconds: `2026-01-01T00:00:00.123456789Z`. All pieces of a line have the same. */
  readonly time: string;
  readonly text: string;
  /** The line continues in the next piece of this stream. */
  readonly partial?: true;
}

export interface LogEntry {
  readonly stream: ReadLine['stream'];
  readonly time: string;
  /** Without the line feed. */
  readonly bytes: Buffer;
  /** Whether there was a line feed. */
  readonly ended: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;
/** As much of a line as the engine puts into one entry. */
const ENTRY_BYTES = 16 * 1024;
/** A line that is longer is given in pieces, so that none fills the memory. */
const PIECE_BYTES = 128 * 1024;

/** The entries in a log's bytes. What a terminal wrote has no frames. */
export async function* entriesOf(log: AsyncIterable<Buffer>): AsyncGenerator<LogEntry> {
  const terminal = new TerminalEntries();
  for await (const { stream, bytes, framed } of framesOf(log)) {
    if (framed === false) yield* terminal.add(bytes);
    else yield entryOf(stream, bytes);
  }
  yield* terminal.end();
}

function entryOf(stream: LogEntry['stream'], bytes: Buffer): LogEntry {
  const blank = bytes.indexOf(BLANK);
  const ended = bytes.at(-1) === LINE_FEED;
  const text = bytes.subarray(blank + 1, ended ? -1 : undefined);
  return { stream, time: bytes.toString('latin1', 0, Math.max(0, blank)), bytes: text, ended };
}

/** Without frames an entry that ends without a line feed is told by its length, and by the same time that follows it. */
class TerminalEntries {
  #rest: Buffer = Buffer.alloc(0);

  *add(bytes: Buffer): Generator<LogEntry> {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (let length = this.#nextLength(); length !== undefined; length = this.#nextLength()) {
      yield terminalEntry(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
  }

  *end(): Generator<LogEntry> {
    if (this.#rest.length > 0) yield terminalEntry(this.#rest);
    this.#rest = Buffer.alloc(0);
  }

  /** Of the first entry; undefined if it is not known yet. */
  #nextLength(): number | undefined {
    const head = this.#rest.indexOf(BLANK) + 1;
    const full = head + ENTRY_BYTES;
    const end = this.#rest.subarray(0, head === 0 ? undefined : full + 1).indexOf(LINE_FEED);
    if (end >= 0) return end + 1;
    if (head === 0) return this.#rest.length > PIECE_BYTES ? this.#rest.length : undefined;
    if (this.#rest.length < full + head) return undefined;
    const goesOn = this.#rest.subarray(full, full + head).equals(this.#rest.subarray(0, head));
    return goesOn ? full : this.#longEntry(full);
  }

  /** Another engine's entry, which may be longer. */
  #longEntry(from: number): number | undefined {
    const end = this.#rest.indexOf(LINE_FEED, from);
    if (end >= 0) return end + 1;
    return this.#rest.length > PIECE_BYTES ? this.#rest.length : undefined;
  }
}

/** A terminal ends lines with CR LF. */
function terminalEntry(bytes: Buffer): LogEntry {
  const entry = entryOf('stdout', bytes);
  const hasReturn = entry.ended && entry.bytes.at(-1) === CARRIAGE_RETURN;
  return hasReturn ? { ...entry, bytes: entry.bytes.subarray(0, -1) } : entry;
}

/** The lines of one stream, out of its entries. */
export class LineAssembler {
  readonly #stream: LogEntry['stream'];
  #decoder = new StringDecoder('utf8');
  /** The line that has not ended yet. */
  #line: { readonly time: string; readonly entry: number; entries: number } | undefined;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(stream: LogEntry['stream']) {
    this.#stream = stream;
  }

  /** @param number of the entry among all that were read, from 0 */
  *add({ time, bytes, ended }: LogEntry, number: number): Generator<ReadLine> {
    // Its program ended in the middle of a line, and was started again.
    if (this.#line !== undefined && this.#line.time !== time) yield this.#taken();
    this.#line ??= { time, entry: number, entries: 0 };
    this.#line.entries = number - this.#line.entry + 1;
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    if (ended) yield this.#taken();
    else if (this.#bytes >= PIECE_BYTES) yield this.#piece();
  }

  /** What is left when the log ends. */
  *end(): Generator<ReadLine> {
    if (this.#line !== undefined) yield { ...this.#taken(), isOpen: true };
  }

  #piece(): ReadLine {
    const line = this.#line ?? { time: '', entry: 0, entries: 0 };
    const text = this.#decoder.write(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#bytes = 0;
    return { stream: this.#stream, ...line, text, partial: true };
  }

  #taken(): ReadLine {
    const { partial: _partial, ...line } = this.#piece();
    const whole = { ...line, text: line.text + this.#decoder.end() };
    this.#line = undefined;
    return whole;
  }
}
