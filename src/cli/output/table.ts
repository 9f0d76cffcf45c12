/** Columns of text. Pure. */

/** A cell: what is shown, and what gives it its colour afterwards (padding comes first). */
export interface Cell {
  readonly text: string;
  readonly paint?: (padded: string) => string;
}

/** Lines of a table: each column as wide as its widest cell, two spaces between, none at the end of a line. */
export function tableLines(rows: readonly (readonly Cell[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.text.length ?? 0)),
  );
  return rows.map((row) => lineOf(row, widths));
}

function lineOf(row: readonly Cell[], widths: readonly number[]): string {
  const last = row.findLastIndex((cell) => cell.text !== '');
  return row
    .slice(0, last + 1)
    .map(({ text, paint }, column) => {
      const padded = column === last ? text : text.padEnd(widths[column] ?? 0);
      return paint === undefined ? padded : paint(padded);
    })
    .join('  ');
}
