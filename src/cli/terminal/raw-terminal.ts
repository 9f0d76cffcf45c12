/** The terminal of a program that runs elsewhere: every key goes to it, and it is told of new sizes. */
import { PassThrough } from 'node:stream';
import type { TerminalSize } from '../../api/funko-api.ts';
import type { CliSession } from '../session.ts';

/** Passes every key on, Ctrl-C too, until it is released. */
export class RawTerminal {
  readonly sizes = new PassThrough({ objectMode: true });
  readonly #session: CliSession;

  constructor(session: CliSession) {
    this.#session = session;
    session.stdin.setRawMode(true);
    session.stdout.on('resize', this.#resized);
  }

  release(): void {
    this.#session.stdout.off('resize', this.#resized);
    this.#session.stdin.setRawMode(false);
    this.sizes.end();
  }

  readonly #resized = (): void => {
    this.sizes.write(sizeOf(this.#session.stdout));
  };
}

/** A terminal that does not know its size has the usual one. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): TerminalSize {
  return { columns: columns || 80, rows: rows || 24 };
}
