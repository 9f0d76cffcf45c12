/**
 * Lines at the end of a terminal that say what is being done, redrawn while it runs, and removed afterwards. Elsewhere they do
 * nothing.
 */
import { styleText } from 'node:util';
import { escaped } from '../../util/control-characters.ts';

/** What is being done: a text, or below it what it says just now. */
export interface LiveLine {
  readonly text: string;
  readonly below?: string | undefined;
}

const SIGNS = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const INTERVAL_MS = 100;
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;
/** So many things are shown at a time; a block that is higher than the terminal cannot be cleared. */
const MOST_LINES = 10;

export class LiveLines {
  readonly #stream: NodeJS.WriteStream;
  /** What is done just now, by whom; asked at each turn. */
  readonly #doings = new Map<string, () => readonly LiveLine[]>();
  #turn = 0;
  /** How many lines stand there now. */
  #height = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @param who names one of several concurrent operations; empty for the only one */
  show(doing: () => readonly LiveLine[], who = ''): void {
    if (!this.#stream.isTTY) return;
    const isNew = !this.#doings.has(who);
    this.#doings.set(who, doing);
    this.#timer ??= setInterval(() => this.#draw(), INTERVAL_MS).unref();
    if (isNew) this.#draw();
  }

  /** Makes room for another line; these come back below it at the next turn. */
  clear(): void {
    if (this.#height > 0) this.#stream.write(this.#cleared());
    this.#height = 0;
  }

  /** Nothing is done by this one any more. */
  stop(who = ''): void {
    this.#doings.delete(who);
    if (this.#doings.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.clear();
  }

  #cleared(): string {
    return `\r${this.#height > 1 ? `\u001b[${this.#height - 1}A` : ''}\u001b[J`;
  }

  #draw(): void {
    const sign = SIGNS[this.#turn++ % SIGNS.length] ?? '';
    const most = Math.min(MOST_LINES, (this.#stream.rows || USUAL_ROWS) - 1);
    const lines = [...this.#doings]
      .flatMap(([who, doing]) => this.#linesOf(who, doing(), sign))
      .slice(0, most);
    this.#stream.write(this.#cleared() + lines.join('\n'));
    this.#height = lines.length;
  }

  #linesOf(who: string, doing: readonly LiveLine[], sign: string): string[] {
    return doing.flatMap(({ text, below }) => [
      this.#cut(`${sign} ${who === '' ? '' : `${who}: `}${text}`),
      ...(below === undefined ? [] : [styleText('dim', this.#cut(`    ${below}`), { stream: this.#stream })]),
    ]);
  }

  /** To the terminal's width (some say 0 when they do not know it): a line that wraps or moves cannot be cleared. */
  #cut(line: string): string {
    return escaped(line).slice(0, (this.#stream.columns || USUAL_COLUMNS) - 1);
  }
}
