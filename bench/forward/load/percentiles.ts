/** Median, 99th percentile (nearest rank) and worst; sorts the values in their place. */
export function percentiles(values: Float64Array): { p50: number; p99: number; worst: number } {
  values.sort();
  const rank = (share: number): number => values[Math.ceil(share * values.length) - 1] ?? NaN;
  return { p50: rank(0.5), p99: rank(0.99), worst: rank(1) };
}
