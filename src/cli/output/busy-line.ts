/** One line on a terminal that says what is being done, with a turning sign. Elsewhere it does nothing. */

const SIGNS = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const INTERVAL_MS = 100;
const USUAL_COLUMNS = 80;
const CLEAR_LINE = '\r\u001b[K';

export class BusyLine {
  readonly #stream: NodeJS.WriteStream;
  /** What is done just now, by whom: one line tells of all of them. */
  readonly #texts = new Map<string, string>();
  #turn = 0;
  #shown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @param who tells apart what goes on at the same time; empty for the only one */
  show(text: string, who = ''): void {
    if (!this.#stream.isTTY) return;
    this.#texts.set(who, who === '' ? text : `${who}: ${text}`);
    this.#timer ??= setInterval(() => this.#draw(), INTERVAL_MS).unref();
    this.#draw();
  }

  /** Makes room for another line; the busy line comes back below it at its next turn. */
  clear(): void {
    if (this.#shown) this.#stream.write(CLEAR_LINE);
    this.#shown = false;
  }

  /** Nothing is done by this one any more. */
  stop(who = ''): void {
    this.#texts.delete(who);
    if (this.#texts.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.clear();
  }

  /** Cut to the terminal's width (some say 0 when they do not know it): a line that wraps cannot be cleared. */
  #draw(): void {
    const sign = SIGNS[this.#turn++ % SIGNS.length] ?? '';
    const text = `${sign} ${[...this.#texts.values()].join(' · ')}`.slice(
      0,
      (this.#stream.columns || USUAL_COLUMNS) - 1,
    );
    this.#stream.write(`${CLEAR_LINE}${text}`);
    this.#shown = true;
  }
}
