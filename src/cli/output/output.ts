/**
 * Results on stdout, everything else on stderr. Colours and the moving line are for terminals only. This is the one way of text to both
 * (but for what a program itself writes, under `exec`): whatever it holds, it steers no terminal.
 */
import { styleText } from 'node:util';
import { escapedJson } from '../../util/control-characters.ts';
import { messageOf, type FaasoError } from '../../errors.ts';
import type { CliSession } from '../session.ts';
import { LiveLines, type LiveLine } from './live-lines.ts';
import { printable } from './printable.ts';
import { showsColours, terminalText } from './terminal-text.ts';

export type Style = Parameters<typeof styleText>[0];

export class Output {
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #quiet: boolean;
  readonly #live: LiveLines;
  /** What this is about, where several things are told of at the same time; else empty. */
  #about = '';

  constructor(
    { stdout, stderr }: Pick<CliSession, 'stdout' | 'stderr'>,
    options: { quiet?: boolean | undefined } = {},
    live = new LiveLines(stderr),
  ) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#quiet = options.quiet ?? false;
    this.#live = live;
  }

  /** For one of several concurrent operations: its lines begin with its name. */
  about(name: string): Output {
    const session = { stdout: this.#stdout, stderr: this.#stderr };
    const output = new Output(session, { quiet: this.#quiet }, this.#live);
    output.#about = name;
    return output;
  }

  /** A line of what was asked for. */
  result(line: string): void {
    this.#live.clear();
    this.#stdout.write(`${this.#safe(this.#stdout, line)}\n`);
  }

  /** Text of what was asked for, its line ends included. Resolves when there is room for more. */
  async text(text: string): Promise<void> {
    await this.#write(this.#safe(this.#stdout, text));
  }

  /** What a program wrote: as it is for a file or another program. Resolves as `text` does. */
  async written(text: string): Promise<void> {
    await this.#write(this.isTerminal ? this.#safe(this.#stdout, text) : text);
  }

  /** A value as one line of JSON. Resolves as `text` does. */
  async jsonLine(value: unknown): Promise<void> {
    await this.#write(`${escapedJson(JSON.stringify(value))}\n`);
  }

  /** Whether a person looks at the result. */
  get isTerminal(): boolean {
    return this.#stdout.isTTY;
  }

  /** Whether the result may have colours. */
  get hasColours(): boolean {
    return showsColours(this.#stdout);
  }

  /** How many columns the result has: those of the terminal; without one, or where it does not say, any number. */
  get width(): number {
    return this.isTerminal && this.#stdout.columns > 0 ? this.#stdout.columns : Infinity;
  }

  /** Whether a person sees what is being done just now. */
  get isLive(): boolean {
    return this.#stderr.isTTY && !this.#quiet;
  }

  /** Whether notes are dropped. */
  get isQuiet(): boolean {
    return this.#quiet;
  }

  /** What was asked for, for a program: one line, or indented. */
  json(value: unknown, indent?: number): void {
    this.#live.clear();
    this.#stdout.write(`${escapedJson(JSON.stringify(value, null, indent))}\n`);
  }

  /** How it goes: dropped with --quiet. */
  note(line: string): void {
    if (!this.#quiet) this.#say(line);
  }

  /** How it goes, where --quiet must not hide it. */
  always(line: string): void {
    this.#say(line);
  }

  /** Something that a person should know; the operation continues. */
  warn(line: string): void {
    this.#say(`${this.style('yellow', 'warning:')} ${line}`);
  }

  /** What went wrong, in one line. */
  error(line: string): void {
    this.#say(`${this.style('red', 'faaso:')} ${line}`);
  }

  /**
   * An expected failure: its message, then its details, indented.
   * @param about which of several it concerns
   */
  problem(error: FaasoError, about?: string): void {
    this.error((about === undefined || this.#about !== '' ? '' : `${about}: `) + printable(error.message));
    for (const line of error.details) this.#say(`  ${printable(line)}`);
  }

  /** An unexpected failure. */
  bug(error: unknown): void {
    this.error('this should not have happened; please report it with what follows:');
    this.#say(error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
  }

  /** On a terminal, what is being done just now, in one line that goes away again. */
  busy(text: string): void {
    this.live(() => [{ text: printable(text) }]);
  }

  /** The same in several lines, which are asked for again and again. They hold nothing that would steer the terminal. */
  live(doing: () => readonly LiveLine[]): void {
    if (!this.#quiet) this.#live.show(doing, this.#about.trimEnd());
  }

  /** Nothing is being done any more. */
  idle(): void {
    this.#live.stop(this.#about.trimEnd());
  }

  /** Text in a colour if stderr shows colours. */
  style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stderr });
  }

  /** Text in a colour if stdout shows colours. */
  resultStyle(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stdout });
  }

  #say(line: string): void {
    this.#live.clear();
    const about = this.#about === '' ? '' : `${this.style('cyan', this.#about)}  `;
    this.#stderr.write(`${this.#safe(this.#stderr, about + line)}\n`);
  }

  #safe(stream: NodeJS.WriteStream, text: string): string {
    return terminalText(text, showsColours(stream));
  }

  async #write(text: string): Promise<void> {
    this.#live.clear();
    if (this.#stdout.write(text) || this.#stdout.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const done = (): void => resolve(undefined);
    this.#stdout.once('drain', done).once('close', done).once('error', done);
    await promise;
    this.#stdout.off('drain', done).off('close', done).off('error', done);
  }
}
