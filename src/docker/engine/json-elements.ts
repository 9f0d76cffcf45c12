/**
 * The elements of a JSON array of objects, each by itself while the array comes: a list of any length is never there as a whole, and an
 * element that is too long is skipped. Pure.
 */
import { FaasoError } from '../../errors.ts';
import { TOO_LONG } from './json-lines.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];
/** Inside of the array, and of one of its elements. */
const [IN_ARRAY, IN_ELEMENT] = [1, 2];

export class JsonElements {
  readonly #mostBytes: number;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #hasBegun = false;
  #parts: Buffer[] = [];
  #bytes = 0;

  /** @param mostBytes of one element */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Takes the next bytes, gives the elements that are complete; TOO_LONG stands for one that is too long. Throws `engine_failed`. */
  push(chunk: Buffer): unknown[] {
    const elements: unknown[] = [];
    let from = 0;
    // Each byte is looked at: over fields and in functions of its own the loop took twice as long.
    let [depth, inString, escaped] = [this.#depth, this.#inString, this.#escaped];
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN || byte === OPEN_LIST) {
        if (depth === 0) this.#begin(byte);
        depth += 1;
        if (depth === IN_ELEMENT) from = at;
      } else if (byte === CLOSE || byte === CLOSE_LIST) {
        depth -= 1;
        if (depth === IN_ARRAY) {
          this.#keep(chunk.subarray(from, at + 1));
          elements.push(this.#taken());
        }
      }
    }
    if (depth >= IN_ELEMENT) this.#keep(chunk.subarray(from));
    [this.#depth, this.#inString, this.#escaped] = [depth, inString, escaped];
    return elements;
  }

  /** The array has ended with the bytes that came. Throws `engine_failed` if it has not. */
  end(): void {
    if (this.#depth !== 0 || !this.#hasBegun) throw broken();
  }

  #begin(byte: number): void {
    if (byte !== OPEN_LIST || this.#hasBegun) throw broken();
    this.#hasBegun = true;
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#mostBytes) this.#parts = [];
    else this.#parts.push(part);
  }

  #taken(): unknown {
    const isTooLong = this.#bytes > this.#mostBytes;
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#bytes = 0;
    return isTooLong ? TOO_LONG : parsed(text);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(error);
  }
}

function broken(cause?: unknown): FaasoError {
  const message = 'The engine sent a list that is not JSON, or incomplete.';
  return new FaasoError('engine_failed', message, { cause });
}
