/**
 * JSON documents out of the engine's streams: one a line, or from API 1.52 on perhaps with a record separator before
 * each (RFC 7464). Pure. A document may come in pieces, and several may come at once.
 */
import { FaasoError } from '../../errors.ts';
import { LineSplitter } from '../../util/lines.ts';

const RECORD_SEPARATOR = /^\u001e/;

/** Stands for a document that was skipped: it is longer than may be read. */
export const TOO_LONG = Symbol('too long');

export class JsonLines {
  readonly #splitter = new LineSplitter();
  readonly #what: string;
  readonly #longestLine: number;
  /** What comes up to the next line feed belongs to a line that is too long. */
  #skipping = false;

  /**
   * @param what the stream's name for messages: `event stream`
   * @param longestLine in characters; no more of a line than that, and one chunk, is kept
   */
  constructor(what: string, longestLine: number) {
    this.#what = what;
    this.#longestLine = longestLine;
  }

  /**
   * Takes the next bytes, gives the documents that are complete, and TOO_LONG for each that is too long, as soon as that is known.
   * Throws `engine_failed` for a line that is no JSON.
   */
  push(chunk: Uint8Array): unknown[] {
    const lines = this.#splitter.push(chunk);
    if (this.#skipping && lines.length > 0) {
      lines.shift();
      this.#skipping = false;
    }
    const documents = lines
      .map((line) => line.replace(RECORD_SEPARATOR, '').trim())
      .filter((line) => line !== '')
      .map((line) => (line.length > this.#longestLine ? TOO_LONG : this.#parsed(line)));
    return this.#skips() ? [...documents, TOO_LONG] : documents;
  }

  /** Forgets what there is of a line that is too long. Gives whether one begins. */
  #skips(): boolean {
    const isTooLong = this.#splitter.pending > this.#longestLine;
    if (isTooLong || this.#skipping) this.#splitter.rest();
    const begins = isTooLong && !this.#skipping;
    this.#skipping ||= isTooLong;
    return begins;
  }

  /** Tells that the stream has ended. Throws `engine_failed` if it did so in the middle of a document. */
  end(): void {
    const rest = this.#splitter.rest();
    if (rest.trim() !== '') throw this.#broken('a document without an end', rest);
  }

  #parsed(line: string): unknown {
    try {
      return (JSON.parse as ParseWithSource)(line, exactNanoseconds);
    } catch (error) {
      throw this.#broken('a line that is not JSON', line, error);
    }
  }

  #broken(found: string, line: string, cause?: unknown): FaasoError {
    const message = `The engine's ${this.#what} holds ${found}: ${line.slice(0, 100)}`;
    return new FaasoError('engine_failed', message, { cause });
  }
}

/** What TypeScript does not know yet: the third argument, with the characters that a value was read from. */
type ParseWithSource = (
  text: string,
  revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/** Nanoseconds since 1970 are more than a number can hold exactly: they are given as the digits that were sent. */
function exactNanoseconds(key: string, value: unknown, context: { readonly source?: string }): unknown {
  return key === 'timeNano' && typeof value === 'number' ? context.source : value;
}
