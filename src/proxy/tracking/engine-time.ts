/**
 * Moments by the engine's clock, as decimal nanoseconds since 1970: more digits than a number can hold. Pure.
 */

/** Whether `a` is later than `b`. */
export function isLater(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}

/** `2026-11-24T10:34:31.776486525Z` → `1795516471776486525`; null, or what can't be read, → `0`. */
export function nanosOf(iso: string | null): string {
  const parts = iso === null ? null : /^([^.]+?)(?:\.([0-9]+))?(Z|[+-][0-9:]+)$/.exec(iso);
  const seconds = parts ? Date.parse(`${parts[1] ?? ''}${parts[3] ?? ''}`) / 1000 : NaN;
  if (!(seconds > 0)) return '0';
  return `${seconds}${(parts?.[2] ?? '').slice(0, 9).padEnd(9, '0')}`;
}

/** Milliseconds since 1970 → nanoseconds. */
export function nanosOfMs(ms: number): string {
  return `${Math.floor(ms)}000000`;
}
