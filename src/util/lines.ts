/** The lines of text that comes in chunks of bytes. A chunk may end inside a line, or inside a UTF-8 character. Pure. */
import { StringDecoder } from 'node:string_decoder';

export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  /** Of the incomplete last line. They are joined once: a long line in many chunks takes no longer than a short one. */
  #pieces: string[] = [];
  #pending = 0;

  /** Takes the next bytes and gives the lines that are complete, without their line feeds. */
  push(chunk: Uint8Array): string[] {
    const lines = this.#decoder.write(chunk).split('\n');
    const last = lines.pop() ?? '';
    if (lines.length > 0) lines[0] = this.rest() + (lines[0] ?? '');
    this.#pieces.push(last);
    this.#pending += last.length;
    return lines;
  }

  /** How long the incomplete last line is, in characters. */
  get pending(): number {
    return this.#pending;
  }

  /** Gives the incomplete last line and forgets it. */
  rest(): string {
    const rest = this.#pieces.join('');
    this.#pieces = [];
    this.#pending = 0;
    return rest;
  }
}
