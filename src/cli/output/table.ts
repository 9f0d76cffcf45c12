/** Columns of text. Pure. */
import { escaped } from '../../util/control-characters.ts';
import { wrapWords } from './wrap.ts';

/** A cell: what is shown, and what gives it its colour afterwards (padding comes first). */
export interface Cell {
  readonly text: string;
  readonly paint?: (padded: string) => string;
}

/** Columns that stand in one line, from `first` to before `end`. */
interface Fold {
  readonly first: number;
  readonly end: number;
}

const GAP = 2;
/** The last column of a line is wrapped rather than put below if it has so much room. */
const LEAST_ROOM = 24;

/**
 * The lines of each row: each column is as wide as its widest cell, with two spaces between, and none at the end of a line.
 * @param width of the terminal: what is wider is folded, so that each row has several lines, the second and later ones indented; no
 * word is cut
 */
export function tableRows(given: readonly (readonly Cell[])[], width = Infinity): string[][] {
  // Before they are measured: what a cell holds moves nothing.
  const rows = given.map((row) => row.map((cell) => ({ ...cell, text: escaped(cell.text) })));
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.text.length ?? 0)),
  );
  const folds = foldsOf(widths, width);
  return rows.map((row) =>
    folds.flatMap((fold) => {
      const lines = linesOf(row.slice(fold.first, fold.end), widths.slice(fold.first, fold.end), {
        indent: indentOf(fold),
        width,
      });
      return fold.first === 0 || row.slice(fold.first, fold.end).some(({ text }) => text !== '') ? lines : [];
    }),
  );
}

/** All lines of a table; see `tableRows`. */
export function tableLines(rows: readonly (readonly Cell[])[], width?: number): string[] {
  return tableRows(rows, width).flat();
}

function foldsOf(widths: readonly number[], width: number): Fold[] {
  const folds: Fold[] = [];
  let fold: Fold = { first: 0, end: 0 };
  let used = 0;
  for (const [column, own] of widths.entries()) {
    const isLast = column === widths.length - 1;
    const fits = used + own <= width || (isLast && width - used >= LEAST_ROOM);
    if (!fits && fold.end > fold.first) {
      folds.push(fold);
      fold = { first: column, end: column };
      used = GAP;
    }
    fold = { ...fold, end: column + 1 };
    used += own + GAP;
  }
  return [...folds, fold];
}

function indentOf({ first }: Fold): number {
  return first === 0 ? 0 : GAP;
}

/** Only the last cell of a line can be too long for it. */
function linesOf(
  row: readonly Cell[],
  widths: readonly number[],
  { indent, width }: { indent: number; width: number },
): string[] {
  const last = row.findLastIndex((cell) => cell.text !== '');
  if (last < 0) return [''];
  const before = row
    .slice(0, last)
    .map((cell, column) => painted(cell, cell.text.padEnd(widths[column] ?? 0)));
  const offset = widths.slice(0, last).reduce((sum, own) => sum + own + GAP, indent);
  const cell = row[last] ?? { text: '' };
  const [first = '', ...others] = wrapWords(cell.text, width - offset).map((text) => painted(cell, text));
  const gap = ' '.repeat(GAP);
  return [
    ' '.repeat(indent) + [...before, first].join(gap),
    ...others.map((text) => ' '.repeat(offset) + text),
  ];
}

function painted({ paint }: Cell, text: string): string {
  return paint === undefined ? text : paint(text);
}
