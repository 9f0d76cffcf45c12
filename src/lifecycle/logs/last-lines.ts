/** The last lines of a log, in bounded memory. */
import { logLines } from '../../docker/logs/container-log.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import type { LineShare } from './line-budget.ts';
import type { ReadLine } from '../../docker/logs/log-entries.ts';

/** Read in excess of the lines that are wanted, so that it is seen where the first of them begins. */
const MARGIN_ENTRIES = 16;
/** How much more is read if that was not seen. */
const GROWTH = 8;
/** So much text is kept even where the bound over all is reached. */
const LEAST_CHARACTERS = 256 * 1024;

export interface LastLinesOptions {
  /** How many lines. */
  readonly tail: number;
  /** Only lines written at this time or later, ISO 8601. */
  readonly since?: string | undefined;
  /** Of more text than that, in characters, the first lines are left out. */
  readonly mostCharacters: number;
  /** What others hold too counts against a bound over all. */
  readonly share?: LineShare | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The last lines of a container's log; a line of more than 128 KiB in pieces. The engine counts entries, of which a long line has
 * several, so a tail of the log may have too few lines, and begin in the middle of one: then more of it is read.
 * Throws `engine_*`.
 */
export async function lastLines(
  engine: Engine,
  id: string,
  { tail, since, mostCharacters, share, signal }: LastLinesOptions,
): Promise<ReadLine[]> {
  if (tail === 0) return [];
  for (let entries = tail + MARGIN_ENTRIES; ; entries *= GROWTH) {
    const last = new LastLines<ReadLine>(tail, mostCharacters, share);
    const options = { follow: false, tail: entries, signal, ...(since === undefined ? {} : { since }) };
    const first: Partial<Record<ReadLine['stream'], ReadLine>> = {};
    let begun = 0;
    for await (const line of logLines(engine, id, options)) {
      begun = Math.max(begun, line.entry + line.entries);
      first[line.stream] ??= line;
      last.add(line);
    }
    const isCut = (line: ReadLine): boolean =>
      line.entry < MARGIN_ENTRIES && last.lines.some((kept) => kept.entry === line.entry);
    const isWhole = begun < entries || signal?.aborted === true;
    if (isWhole || (last.count >= tail && !Object.values(first).some(isCut))) return last.lines;
    if (last.isFull) return last.lines;
    last.clear();
  }
}

/** The last of the lines that come by. */
export class LastLines<Line extends Pick<ReadLine, 'text' | 'partial'>> {
  readonly #most: number;
  readonly #mostCharacters: number;
  readonly #share: LineShare | undefined;
  #lines: (Line | undefined)[] = [];
  #first = 0;
  #characters = 0;
  /** How many lines are kept; pieces of one line count once. */
  count = 0;
  /** Lines that were left out, whole ones or pieces. */
  dropped = 0;
  /** Whether lines were left out since there was too much text. */
  isFull = false;

  /** @param share of a bound over several of these; beyond it this one keeps little */
  constructor(most: number, mostCharacters: number, share?: LineShare) {
    this.#most = most;
    this.#mostCharacters = mostCharacters;
    this.#share = share;
  }

  get lines(): Line[] {
    return this.#lines.slice(this.#first) as Line[];
  }

  add(line: Line): void {
    this.#lines.push(line);
    this.#characters += line.text.length;
    this.#share?.add(line.text.length, 1);
    if (line.partial !== true) this.count += 1;
    while (this.count > this.#most) this.#drop();
    while (this.#isTooMuch() && this.#lines.length - this.#first > 1) {
      this.isFull = true;
      this.#drop();
    }
  }

  /** Lets all lines go. */
  clear(): void {
    while (this.#first < this.#lines.length) this.#drop();
  }

  #isTooMuch(): boolean {
    if (this.#characters > this.#mostCharacters) return true;
    return this.#share?.isSpent === true && this.#characters > LEAST_CHARACTERS;
  }

  #drop(): void {
    const line = this.#lines[this.#first];
    this.#lines[this.#first] = undefined;
    this.#first += 1;
    this.#characters -= line?.text.length ?? 0;
    this.#share?.add(-(line?.text.length ?? 0), -1);
    if (line?.partial !== true) {
      this.count -= 1;
      this.dropped += 1;
    }
    if (this.#first > 1024 && this.#first * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }
}
