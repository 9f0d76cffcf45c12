/** Figures of a series of measurements, as the benchmarks print them. Pure. */

export interface Figures {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
}

/** Median, 99th percentile (nearest rank) and worst of at least one value. */
export function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
  return { count: sorted.length, median: rank(0.5), p99: rank(0.99), worst: rank(1) };
}

/** A line of a Markdown table. */
export function row(cells: readonly (string | number)[]): string {
  const text = cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell));
  return `| ${text.join(' | ')} |`;
}
