/** Prints requests that were recorded, one a line. */
import type { AccessLogEntry } from '../../api/funko-api.ts';
import { escaped } from '../../util/control-characters.ts';
import { bytesText } from './bytes.ts';
import type { Output } from './output.ts';

export class AccessLogPrinter {
  readonly #output: Output;
  readonly #isJson: boolean;
  #funkoWidth = 0;
  #methodWidth = 0;

  constructor(output: Output, isJson: boolean) {
    this.#output = output;
    this.#isJson = isJson;
  }

  /** Prints one. Resolves when there is room for more. */
  async print(entry: AccessLogEntry): Promise<void> {
    return this.#isJson ? this.#output.jsonLine(entry) : this.#output.text(`${this.#lineOf(entry)}\n`);
  }

  /** Method, path and request id are the client's: nothing of them steers a terminal, or a program that reads lines. */
  #lineOf({ time, funko, method, path, status, ms, bytes, requestId }: AccessLogEntry): string {
    const name = escaped(funko);
    const verb = escaped(method ?? '-');
    this.#funkoWidth = Math.max(this.#funkoWidth, name.length);
    this.#methodWidth = Math.max(this.#methodWidth, verb.length);
    return [
      time,
      name.padEnd(this.#funkoWidth),
      verb.padEnd(this.#methodWidth),
      escaped(path ?? '-'),
      this.#statusText(status),
      `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`,
      bytesText(bytes),
      escaped(requestId),
    ].join('  ');
  }

  #statusText(status: number): string {
    const style = status >= 500 ? 'red' : status >= 400 ? 'yellow' : null;
    return style === null ? String(status) : this.#output.resultStyle(style, String(status));
  }
}
