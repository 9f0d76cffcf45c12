/** Prints lines of logs, each behind the name of the instance that wrote it. */
import type { LogLine } from '../../api/funko-api.ts';
import type { Output, Style } from './output.ts';
import { colouredPrintable, printable } from './printable.ts';

/** One after the other for the instances, as they come. */
const COLOURS: readonly Style[] = ['cyan', 'yellow', 'green', 'magenta', 'blue', 'red'];

export interface LogPrinterOptions {
  /** Prints each line's time before its text. */
  readonly timestamps?: boolean;
  /** Prints each line as JSON. */
  readonly json?: boolean;
}

export class LogPrinter {
  readonly #output: Output;
  readonly #options: LogPrinterOptions;
  readonly #styles = new Map<string, Style>();
  #width = 0;
  /** The source of the line that has not ended yet; undefined at the start of a line. */
  #open: string | undefined;

  constructor(output: Output, options: LogPrinterOptions) {
    this.#output = output;
    this.#options = options;
  }

  /** Prints a line, or a piece of one. Resolves when there is room for more. */
  async print(line: LogLine): Promise<void> {
    if (this.#options.json === true) return this.#output.jsonLine(line);
    const source = `${line.id} ${line.stream}`;
    const goesOn = this.#open === source;
    const head = goesOn ? '' : `${this.#open === undefined ? '' : '\n'}${this.#headOf(line)}`;
    this.#open = line.partial === true ? source : undefined;
    return this.#output.written(`${head}${this.#textOf(line)}${line.partial === true ? '' : '\n'}`);
  }

  /** A terminal shows a program's colours, and nothing else that would steer it; a file gets what was written. */
  #textOf({ text }: LogLine): string {
    if (!this.#output.isTerminal) return text;
    return this.#output.hasColours ? colouredPrintable(text) : printable(text);
  }

  #headOf({ id, instance, time }: LogLine): string {
    const name = printable(
      instance.replace(/^faaso(-|\.worker-)/, '').replace(/^faaso\.release-(.+)$/, '$1.release'),
    );
    const style = this.#styles.get(id) ?? COLOURS[this.#styles.size % COLOURS.length] ?? 'cyan';
    this.#styles.set(id, style);
    this.#width = Math.max(this.#width, name.length);
    const padded = this.#output.resultStyle(style, name) + ' '.repeat(this.#width - name.length);
    return `${padded}  ${this.#options.timestamps === true ? `${time}  ` : ''}`;
  }
}
