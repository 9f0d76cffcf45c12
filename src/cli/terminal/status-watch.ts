/**
 * `faaso status --watch`: looks again every second. On a terminal the table is redrawn, as large as fits;
 * elsewhere it is printed again when something has changed but the time that has passed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { stripVTControlCharacters, styleText } from 'node:util';
import { FaasoError } from '../../errors.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { showsColours, terminalText } from '../output/terminal-text.ts';
import type { Shown } from '../output/status-table.ts';
import type { CliSession } from '../session.ts';

const EVERY_MS = 1000;
/** To the first column of the first row, and nothing below it. */
const CLEARED = '\u001b[H\u001b[J';
/** Where a terminal does not say how large it is. */
const [USUAL_COLUMNS, USUAL_ROWS] = [80, 24];

export interface View {
  /** Asks for what is to be shown. */
  readonly look: () => Promise<readonly Shown[]>;
  /** What was found, in lines for people or for programs. */
  readonly linesOf: (found: readonly Shown[]) => readonly string[];
}

/**
 * Goes on until the session is interrupted, and throws its reason then. A server or an engine that is away for a while is told of
 * and asked again; one that is away from the beginning is an error. Throws as `look` does.
 */
export async function watchStatus(view: View, output: Output, session: CliSession): Promise<never> {
  const { stdout, signal } = session;
  let found = await view.look();
  let trouble: string | undefined;
  const print = stdout.isTTY ? onTerminal(stdout) : onChange(output);
  for (;;) {
    print(view.linesOf(found), found, trouble);
    await pause(EVERY_MS, undefined, { signal });
    try {
      found = await view.look();
      trouble = undefined;
    } catch (error) {
      if (signal.aborted || !(error instanceof FaasoError)) throw error;
      trouble = printable(error.message);
    }
  }
}

type Print = (lines: readonly string[], found: readonly Shown[], trouble: string | undefined) => void;

function onTerminal(stdout: NodeJS.WriteStream): Print {
  return (lines, _found, trouble) => {
    const [columns, rows] = [stdout.columns || USUAL_COLUMNS, stdout.rows || USUAL_ROWS];
    const warning =
      trouble === undefined ? [] : [styleText('yellow', trouble.slice(0, columns), { stream: stdout })];
    const room = rows - 1 - warning.length;
    const shown = lines.length > room ? [...lines.slice(0, room - 1), '…'] : lines;
    const text = [...shown.map((line) => cut(line, columns)), ...warning].join('\n');
    stdout.write(`${CLEARED}${terminalText(text, showsColours(stdout))}\n`);
  };
}

/** A line that wraps would push the first ones out. One that is cut loses its colours. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length > columns ? plain.slice(0, columns) : line;
}

function onChange(output: Output): Print {
  let before: string | undefined;
  let troubleBefore: string | undefined;
  return (lines, found, trouble) => {
    if (trouble !== undefined && trouble !== troubleBefore) output.warn(trouble);
    troubleBefore = trouble;
    const now = JSON.stringify(found);
    if (now !== before) for (const line of lines) output.result(line);
    before = now;
  };
}
