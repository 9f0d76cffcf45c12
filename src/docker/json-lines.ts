/**
 * The engine's event stream as text: JSON documents, one a line, or since API 1.52 perhaps a record-separator
 * before each (RFC 7464). Pure. A document may come in pieces, several may come at once, and a piece may end inside a
 * UTF-8 character.
 */
import { FaasoError } from '../errors.ts';

/** A line longer than this is not an event. */
const LONGEST_LINE = 1024 * 1024;

export class JsonLines {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /**
   * Takes the next bytes, gives the documents that are complete.
   * Throws `engine_failed` for a line that is no JSON, or without an end.
   */
  push(chunk: Uint8Array): unknown[] {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LONGEST_LINE) throw broken(this.#rest);
    return lines
      .map((line) => line.replace(/^\u001e/, '').trim())
      .filter((line) => line !== '')
      .map(parsed);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw broken(line);
  }
}

function broken(line: string): FaasoError {
  return new FaasoError(
    'engine_failed',
    `The engine's event stream holds what is no event: ${line.slice(0, 100)}`,
  );
}
